"""What lists, searches and an officer see of a possible false accusation; never anything about who wrote."""

from collections.abc import Mapping
from typing import Any

from services.clarification.domain.model.accusation.tasks import outlook
from services.clarification.domain.rules import accusation as rules
from services.clarification.domain.states.accusation import AccusationCase
from services.clarification.domain.terms import AccusationSigns, AccusationStatus


def summary(case: AccusationCase) -> Mapping[str, Any]:
    """Return status, body, district, level, subject, and what the officer decides on at this point."""
    shown: dict[str, Any] = {
        "status": case.status or "NOTED",
        "body": case.body,
        "report": case.report_token,
        "reviews": [{"kind": one.kind, "ref": one.ref} for one in (*case.reviews, *case.doubts, *case.protection)],
        "justice": [
            {"kind": one.kind, "number": one.number, "result": one.result, "on": one.happened_on}
            for one in case.justice
        ],
    }
    if case.about is not None:
        shown |= {
            "district": case.about.district,
            "level": case.about.level,
            "subject": case.about.subject_token,
            "recognising_body": rules.recognising_body(case),
        }
    if case.status is not AccusationStatus.NONE:
        shown |= _case(case)
    return shown


def _case(case: AccusationCase) -> dict[str, Any]:
    assert case.conclusion is not None
    return {
        "concluded_on": case.conclusion.concluded_on,
        "issue_unfounded": case.conclusion.supported,
        "outlook": outlook(case),
        **(_signs(case.conclusion.signs) if case.conclusion.signs else {}),
        "investigators": case.plan.investigators if case.plan else (),
        "referred_to": case.referred_to,
        "recognised_by": case.recognition.approver_body if case.recognition else None,
        "allowed_measures": rules.may_take_measures(case),
        "measures": [
            {
                "kind": measure.taken.kind,
                "number": measure.taken.number,
                "taken_on": measure.taken.taken_on,
                "result": measure.result.result if measure.result else None,
            }
            for measure in case.measures
        ],
        "open_benefits": rules.open_benefits(case),
        "clarification_linked": case.linked,
    }


def _signs(signs: AccusationSigns) -> dict[str, Any]:
    return {
        "accuser_class": signs.accuser_class,
        "indicators": signs.indicators,
        "elements": {name: element.model_dump() for name, element in signs.elements.items()},
        "missing_elements": rules.missing_elements(signs.elements),
        "aggravating": signs.aggravating,
    }
