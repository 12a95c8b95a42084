"""The read side: the fold of the log, whatever the pace; rebuilt it is the same, byte for byte."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import caseview
from shared.caseview import CaseView
from shared.eventstore import View
from shared.kernel import Command, Role
from shared.testing.letters import AnswerLetter, NoteOnLetter, PutOffLetter
from tests.shared.post import HANDLER, HEAD, MONDAY, Post, open_post

pytestmark = pytest.mark.usefixtures("store")

NOTE = NoteOnLetter(text="请尽快回复")


def dump(view: View) -> list[list[tuple[Any, ...]]]:
    tables = ("case_row", "task_row", "tracking")
    return [[tuple(row) for row in view.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3")] for table in tables[:2]] + [
        [tuple(row) for row in view.rows("SELECT * FROM tracking ORDER BY 1")]
    ]


def rebuilt(folder: Path) -> CaseView:
    """Return a view made from the log alone, by a process that has nothing in memory."""
    view = open_post(folder, view="rebuilt").view
    while view.pull():
        pass
    return view


def test_a_case_is_shown_with_its_summary_and_tasks(post: Post) -> None:
    post.receive("1", subject="S-7")
    post.send("1", NOTE)

    post.project()

    (case,) = post.view.cases(kind="letter")
    assert (case["status"], case["subject"], case["summary"]["notes"], case["position"]) == ("RECEIVED", "S-7", 1, 2)
    (open_task,) = post.view.tasks()
    assert (open_task.stream, open_task.task.step, open_task.task.role) == ("letter:1", "answer", Role.HANDLER)
    assert open_task.task.due_on == MONDAY + timedelta(days=10)


def test_an_answered_letter_has_no_task_and_counts_as_answered(post: Post) -> None:
    post.receive("1", "2")
    post.send("1", AnswerLetter())

    post.project()

    assert [task.case_id for task in post.view.tasks()] == ["2"]
    assert post.view.count("letter") == {"ANSWERED": 1, "RECEIVED": 1}


def test_the_task_feed_tells_what_changed_after_a_position(post: Post) -> None:
    post.receive("1", "2", "3")
    post.project()
    position = post.view.position
    post.send("2", NOTE)
    post.project()

    changed = post.view.tasks(after=position)

    assert [(task.case_id, task.position) for task in changed] == [("2", 4)]
    assert post.view.tasks(after=post.view.position) == []


def test_tasks_come_by_urgency_and_due_date_and_can_be_chosen(post: Post) -> None:
    post.receive("1", "2", "3")
    post.send("1", PutOffLetter(days=5), HEAD)
    post.work.fire_deadlines(MONDAY + timedelta(days=11))
    post.send("3", PutOffLetter(days=1), HEAD)
    post.project()

    assert [task.case_id for task in post.view.tasks()] == ["2", "3", "1"]
    assert [task.case_id for task in post.view.tasks(limit=1)] == ["2"]
    assert post.view.tasks(body="330211") == post.view.tasks(role="DEPT_HEAD") == post.view.tasks(kind="parcel") == []
    assert len(post.view.tasks(body="330206", role="HANDLER", kind="letter")) == 3


def test_pages_follow_one_another_without_gap_or_overlap(post: Post) -> None:
    post.receive(*(f"{number:02}" for number in range(23)))
    post.project()

    pages, last = [], ""
    while page := post.view.cases(kind="letter", after_case=last, limit=5):
        pages.append([case["case_id"] for case in page])
        last = pages[-1][-1]

    assert [case_id for page in pages for case_id in page] == [f"{number:02}" for number in range(23)]
    assert [len(page) for page in pages] == [5, 5, 5, 5, 3]


def test_cases_are_found_by_their_columns(post: Post) -> None:
    post.receive("1", subject="S-7")
    post.receive("2", "3")
    post.send("2", AnswerLetter())
    post.project()

    def found(**wanted: str) -> list[str]:
        return [case["case_id"] for case in post.view.cases(kind="letter", **wanted)]

    assert found(subject="S-7") == ["1"]
    assert found(status="RECEIVED", subject="S-1") == ["3"]
    assert found(body="330206", district="", level="COUNTY_MANAGED") == ["1", "2", "3"]


def test_a_reader_waits_until_its_own_write_is_shown(post: Post) -> None:
    position = post.receive("1")[0].position
    worker = threading.Timer(0.05, post.project)
    worker.start()

    assert post.view.view.wait_for("post", position, 5.0)
    worker.join()
    assert not post.view.view.wait_for("post", position + 1, 0.01)


ACTS = st.lists(
    st.tuples(
        st.sampled_from("12345"),
        st.sampled_from([NOTE, AnswerLetter(), AnswerLetter(copies=3), PutOffLetter(days=3), None, "pull", "late"]),
    ),
    max_size=40,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, batch=st.integers(1, 7), remembered=st.sampled_from([0, 1, 20_000]))
def test_a_rebuilt_view_is_the_live_one_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, Any]], batch: int, remembered: int
) -> None:
    folder = tmp_path_factory.mktemp("run")
    live = open_post(folder)
    live.receive("1", "2", "3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(caseview, "BATCH", batch)
        patch.setattr(caseview, "FOLDED_CASES", remembered)
        for case_id, act in acts:
            _act(live, case_id, act)
        live.project()
    fresh = rebuilt(folder)

    assert dump(live.view.view) == dump(fresh.view)
    assert live.view.position == live.log.head()


def _act(post: Post, case_id: str, act: Command | str | None) -> None:
    match act:
        case "pull":
            post.view.pull()
        case "late":
            post.work.fire_deadlines(MONDAY + timedelta(days=int(case_id) * 7))
        case Command():
            post.send(case_id, act, HEAD if isinstance(act, PutOffLetter) else HANDLER)
        case _:
            post.receive(case_id)


@pytest.mark.parametrize("batch", [1, 2, 1_000])
def test_a_view_cleared_while_it_lives_shows_the_same_again(
    post: Post, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    post.receive("1", "2")
    for _ in range(3):
        post.send("1", NOTE)
        post.project()
    before = dump(post.view.view)
    post.work._cache.clear()
    monkeypatch.setattr(caseview, "BATCH", batch)
    post.view.view.clear()

    post.project()

    assert dump(post.view.view) == before


def test_a_view_that_folds_by_itself_shows_what_the_write_side_has(post: Post) -> None:
    post.receive("1")
    for _ in range(4):
        post.send("1", NOTE)
        post.work._cache.clear()
        post.project()

    (case,) = post.view.cases(kind="letter")
    assert case["summary"]["notes"] == post.work.state("letter:1").notes == 4


def test_a_view_goes_on_where_it_was_after_a_restart(tmp_path: Path) -> None:
    first = open_post(tmp_path)
    first.receive("1")
    first.project()

    again = open_post(tmp_path)
    again.send("1", NOTE)

    assert again.view.pull() == 1
    assert again.view.cases(kind="letter")[0]["summary"]["notes"] == 1
