"""Bodies and levels: which body approves follows from the GB/T 2260 code, for every city."""

from enum import IntEnum, StrEnum


class BodyLevel(IntEnum):
    """Levels of discipline inspection and supervision bodies, lowest first."""

    TOWNSHIP = 1
    COUNTY = 2
    CITY = 3
    PROVINCE = 4
    CENTRAL = 5


class ManagementLevel(StrEnum):
    """Who manages a person (干部管理权限)."""

    PROVINCE_MANAGED = "PROVINCE_MANAGED"
    CITY_MANAGED = "CITY_MANAGED"
    COUNTY_MANAGED = "COUNTY_MANAGED"
    TOWNSHIP_OR_GENERAL = "TOWNSHIP_OR_GENERAL"
    VILLAGE = "VILLAGE"
    OTHER = "OTHER"


def body_level(body: str) -> BodyLevel:
    """Return the level of a body: `xx0000` province, `xxyy00` city, any other six digits the county under it.

    Source: [K] GB/T 2260; domain.md C-8.
    """
    if body == "000000":
        return BodyLevel.CENTRAL
    if body.endswith("0000"):
        return BodyLevel.PROVINCE
    if body.endswith("00"):
        return BodyLevel.CITY
    return BodyLevel.COUNTY


def parent_of(body: str) -> str:
    """Return the body above: county → city → province → centre."""
    match body_level(body):
        case BodyLevel.COUNTY | BodyLevel.TOWNSHIP:
            return body[:4] + "00"
        case BodyLevel.CITY:
            return body[:2] + "0000"
        case _:
            return "000000"


def city_of(body: str) -> str:
    """Return the nearest body of city level or above (the body itself if it is one)."""
    return body if body_level(body) >= BodyLevel.CITY else parent_of(body)


def level_that_manages(level: ManagementLevel) -> BodyLevel:
    """Return the lowest level of body that manages a person of this level. Source: C-8."""
    match level:
        case ManagementLevel.PROVINCE_MANAGED:
            return BodyLevel.PROVINCE
        case ManagementLevel.CITY_MANAGED:
            return BodyLevel.CITY
        case _:
            return BodyLevel.COUNTY


def nearest_body(handling_body: str, level: ManagementLevel) -> str:
    """Return the nearest body, going up from the handling body, that manages the subject's level.

    Source: [P] 检举控告工作规则 art.50, C-8.
    """
    body = handling_body
    while body_level(body) < level_that_manages(level):
        body = parent_of(body)
    return body
