"""Which body approves follows from the code of the handling body and the level of the person."""

import pytest

from shared.kernel import BodyLevel, ManagementLevel, body_level, city_of, nearest_body
from shared.kernel.bodies import level_that_manages, parent_of


@pytest.mark.parametrize(
    ("body", "level", "parent", "city"),
    [
        ("000000", BodyLevel.CENTRAL, "000000", "000000"),
        ("330000", BodyLevel.PROVINCE, "000000", "330000"),
        ("330200", BodyLevel.CITY, "330000", "330200"),
        ("330206", BodyLevel.COUNTY, "330200", "330200"),
        ("330281", BodyLevel.COUNTY, "330200", "330200"),
    ],
)
def test_the_level_of_a_body_follows_from_its_code(body: str, level: BodyLevel, parent: str, city: str) -> None:
    assert (body_level(body), parent_of(body), city_of(body)) == (level, parent, city)


@pytest.mark.parametrize(
    ("handling", "managed", "approving"),
    [
        ("330206", ManagementLevel.VILLAGE, "330206"),
        ("330206", ManagementLevel.TOWNSHIP_OR_GENERAL, "330206"),
        ("330206", ManagementLevel.COUNTY_MANAGED, "330206"),
        ("330206", ManagementLevel.OTHER, "330206"),
        ("330206", ManagementLevel.CITY_MANAGED, "330200"),
        ("330206", ManagementLevel.PROVINCE_MANAGED, "330000"),
        ("330200", ManagementLevel.COUNTY_MANAGED, "330200"),
        ("330200", ManagementLevel.CITY_MANAGED, "330200"),
        ("330000", ManagementLevel.CITY_MANAGED, "330000"),
        ("000000", ManagementLevel.PROVINCE_MANAGED, "000000"),
    ],
)
def test_the_nearest_body_that_manages_the_person_going_up(
    handling: str, managed: ManagementLevel, approving: str
) -> None:
    assert nearest_body(handling, managed) == approving


@pytest.mark.parametrize("level", list(ManagementLevel))
def test_the_nearest_body_is_always_high_enough(level: ManagementLevel) -> None:
    for handling in ("330206", "330200", "330000", "000000"):
        assert body_level(nearest_body(handling, level)) >= level_that_manages(level)
