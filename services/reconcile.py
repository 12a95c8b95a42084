"""`--check`: a played house against expected figures, bars and stories; every difference, none hidden."""

import json
from collections.abc import Mapping
from typing import Any

from services.house import House
from services.reporting.checking import check_story, compare
from services.reporting.domain.reports import AnnualReport
from services.reporting.printing import as_json


def differences(house: House, expected: Mapping[str, Any], report: AnnualReport) -> list[dict[str, Any]]:
    """Return each figure, bar and story that is not as expected: figure, expected, actual."""
    found = compare(expected, as_json(report), lambda token: bars_of(house, token))
    lookups = house.figures.lookups()
    found += [difference for story in expected.get("stories", ()) for difference in check_story(story, lookups)]
    return [{"figure": one.where, "expected": one.expected, "actual": one.words or one.actual} for one in found]


def bars_of(house: House, token: str) -> dict[str, Any]:
    """Return a person's measures and first free days, as the revisit service's case view shows them."""
    summary = (
        house.services["revisit"]
        .casework.models["person"]
        .summary(house.services["revisit"].casework.state(f"person:{token}"))
    )
    shown = json.loads(json.dumps(summary, default=str))
    return {
        "measures": [[measure["code"], measure["effective_on"]] for measure in shown["measures"]],
        "first_free_day": shown["bars"],
    }
