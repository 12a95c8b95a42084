"""Builders for stories of revisit education: measures, profiles, persons, and a case walked to a state."""

from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import services.revisit
from services.revisit.domain import commands as c
from services.revisit.domain.model import CAMPAIGN, PERSON, REVISIT
from services.revisit.domain.model.case_decided import recommendation_number
from services.revisit.domain.terms import MeasureTaken, RevisitPolicy, Status
from shared.holidays import published_workdays
from shared.kernel import Actor, ManagementLevel, Role, load_policy
from shared.security.directory import person
from shared.testing.story import Story

BODY, CITY = "330211", "330200"
SUBJECT = "S-93d0e4417ab6"
DECISION = "ZW-330211-2023-0007"
POLICY = load_policy(Path(services.revisit.__file__).with_name("policy.toml"), RevisitPolicy)
WORKDAYS = published_workdays()

SYSTEM = Actor.system("revisit")
OFFICER = person(BODY, Role.REVISIT_OFFICER, 1)
STAFF = (person(BODY, Role.REVISIT_OFFICER, 2).person_id, person(BODY, Role.REVISIT_OFFICER, 3).person_id)
HEAD = person(BODY, Role.DEPT_HEAD, 1)
PRINCIPAL = person(BODY, Role.PRINCIPAL)
CITY_DEPUTY = person(CITY, Role.DEPUTY_IN_CHARGE)
STRANGER = person("330282", Role.REVISIT_OFFICER, 1)

DECIDED = date(2023, 4, 18)
ANNOUNCED = date(2023, 4, 25)
TOLD = date(2023, 4, 27)
ENROLLED = date(2023, 5, 10)
APPROVED = date(2023, 5, 16)
TIMELY_ON = date(2023, 5, 20)
_numbers = count(1)


def event() -> str:
    """Return the key of an agency's event that was never used before."""
    return f"trial.{BODY}:E-{next(_numbers)}"


def measure(code: str = "G1", decided_on: date = DECIDED, **more: Any) -> c.RecordMeasure:
    content: dict[str, Any] = {
        "event": event(),
        "decision_no": DECISION,
        "code": code,
        "form": 2,
        "decided_on": decided_on,
        "effective_on": decided_on,
        "announced_on": decided_on + timedelta(days=7),
        "district": BODY,
        "level": ManagementLevel.TOWNSHIP_OR_GENERAL,
        "error_category": "WORK",
        "dereliction": False,
        "important_post": False,
    }
    return c.RecordMeasure(**{**content, **more})


def profile(as_of: date = date(2023, 1, 1), **more: Any) -> c.RecordProfile:
    content: dict[str, Any] = {
        "event": event(),
        "as_of": as_of,
        "published_at": f"{as_of}T09:00:00+08:00",
        "birth_month": "1970-05",
        "service_status": "IN_SERVICE",
        "district": BODY,
        "level": ManagementLevel.TOWNSHIP_OR_GENERAL,
    }
    return c.RecordProfile(**{**content, **more})


def appointment(**more: Any) -> c.RecordAppointment:
    content: dict[str, Any] = {"event": event(), "kind": "RANK_RAISED", "effective_on": date(2023, 12, 1)}
    return c.RecordAppointment(**{**content, **more})


def told(*commands: c.RecordTold, on: date = TOLD, story: Story | None = None) -> Story:
    """Return a person of whom agencies told these things, in this order."""
    story = story or Story(PERSON, SUBJECT, POLICY, WORKDAYS)
    for command in commands:
        story = story.when(command, by=SYSTEM, on=on)
    return story


def taken(code: str = "G1", **more: Any) -> MeasureTaken:
    content: dict[str, Any] = {
        "decision_no": DECISION,
        "code": code,
        "decided_on": DECIDED,
        "effective_on": DECIDED,
        "announced_on": ANNOUNCED,
    }
    return MeasureTaken(**{**content, **more})


def standing(**more: Any) -> c.RecordStanding:
    content: dict[str, Any] = {
        "in_scope": True,
        "program": "STANDARD",
        "district": BODY,
        "level": "TOWNSHIP_OR_GENERAL",
        "error_category": "WORK",
        "measures": (taken(),),
        "bars": {"PROMOTION": date(2023, 10, 18), "RANK": date(2023, 10, 18)},
    }
    return c.RecordStanding(**{**content, **more})


LEFT = c.RecordStanding(in_scope=False, reason="LEFT", district=BODY)
PROFILE = c.DrawProfile(
    error_category="WORK", intent_level="LOW", post_importance="LOW", attitude="HIGH", work_state="MEDIUM"
)
TIMELY, FULL, EXTENDED = (f"{DECISION}/{stage}" for stage in ("TIMELY", "FULL", "EXTENDED"))
GOOD = {"grade": "GOOD", "understanding": True, "attitude": True, "work": True, "masses": True}
AVERAGE = {**GOOD, "grade": "AVERAGE", "work": False}
POOR = {**GOOD, "grade": "POOR", "attitude": False}
FREE_ON = date(2023, 10, 18)
HELD_ON = {TIMELY: TIMELY_ON, FULL: date(2023, 7, 10), EXTENDED: date(2023, 11, 1)}
EVALUATED = date(2023, 11, 3)
FOUND, PROPOSED, ANSWERED = date(2023, 11, 10), date(2023, 11, 14), date(2023, 12, 5)


def plan(*names: str, **more: Any) -> c.DraftPlan:
    content: dict[str, Any] = {
        "goals": "改正错误",
        "methods": ("HEART_TO_HEART",),
        "staff": STAFF,
        "sessions": [{"session_id": name} for name in names or (TIMELY, FULL, EXTENDED)],
    }
    return c.DraftPlan(**{**content, **more})


def session(name: str = TIMELY, **more: Any) -> c.HoldSession:
    content: dict[str, Any] = {
        "session_id": name,
        "place": "UNIT",
        "staff": STAFF,
        "unit_contacted": True,
        "interviewees": ("PERSON",),
        "signed": True,
        "notes": "谈心",
    }
    return c.HoldSession(**{**content, **more})


def evaluation(**more: Any) -> c.Evaluate:
    return c.Evaluate(**{**GOOD, "evidence": "记录", **more})


def recommendable(use: str = "PROMOTION", **more: Any) -> c.FindRecommendable:
    return c.FindRecommendable(**{"use": use, "review_pending": False, **more})


def recommendation(**more: Any) -> c.ProposeRecommendation:
    content: dict[str, Any] = {
        "use": "PROMOTION",
        "review_pending": False,
        "unit_opinion_ref": "DW-1",
        "integrity_opinion_ref": "LZ-1",
        "informed": True,
    }
    return c.ProposeRecommendation(**{**content, **more})


def case() -> Story:
    return Story(REVISIT, SUBJECT, POLICY, WORKDAYS)


def in_scope(**more: Any) -> Story:
    """Return the case of a person in scope, not yet enrolled."""
    return case().when(standing(**more), by=SYSTEM, on=TOLD)


def case_in(status: Status, grade: dict[str, Any] | None = None) -> Story:
    """Return a case walked along the main path to a state, or aside from it."""
    if status is Status.SUSPENDED:
        return case_in(Status.PLANNED).when(SUSPENSION, by=OFFICER, on=TIMELY_ON)
    if status is Status.TERMINATED:
        left = case_in(Status.PLANNED).when(LEFT, by=SYSTEM, on=TIMELY_ON)
        return left.when(c.Terminate(reason="已离职"), by=OFFICER, on=TIMELY_ON)
    if status is Status.CLOSED:
        return case_in(Status.EVALUATED).when(c.Close(), by=OFFICER, on=FOUND)
    story = in_scope()
    for _, step in zip(_until(status), steps(grade or GOOD), strict=False):
        for command, actor, on in step:
            story = story.when(command, by=actor, on=on)
    assert story.state.status is status, story.result
    return story


PATH = [*Status][:9]
SUSPENSION = c.Suspend(ground="LONG_LEAVE", reason="长期病休")


def _until(status: Status) -> list[Status]:
    return PATH[1 : PATH.index(status) + 1]


def steps(grade: dict[str, Any]) -> list[list[tuple[Any, Actor, date]]]:
    """Return the commands into ENROLLED, PROFILED, and so on."""
    number = recommendation_no()
    return [
        [(c.Enrol(), OFFICER, ENROLLED)],
        [(PROFILE, OFFICER, ENROLLED)],
        [(plan(), OFFICER, ENROLLED), (c.ApprovePlan(), HEAD, APPROVED)],
        [(session(name), OFFICER, day) for name, day in HELD_ON.items()],
        [(evaluation(**grade), OFFICER, EVALUATED)],
        [(recommendable(), OFFICER, FOUND)],
        [(recommendation(), OFFICER, PROPOSED)],
        [
            (
                c.NoteRecommendation(recommendation_no=number, state="ANSWERED", outcome="ADOPTED"),
                SYSTEM,
                ANSWERED,
            )
        ],
    ]


def recommendation_no() -> str:
    return recommendation_number(SUBJECT, BODY, PROPOSED)


def campaign(year: int = 2023) -> Story:
    return Story(CAMPAIGN, str(year), POLICY, WORKDAYS)
