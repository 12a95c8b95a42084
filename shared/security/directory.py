"""The trial directory of persons: `<body>.<ROLE>.<number>`, seeded for every body code alike.

Real access control replaces it later; what a person in a role of a body may do is decided by the rules already now.
"""

import re

from shared.kernel import Actor, Role

PERSON = re.compile(r"(?P<body>[0-9]{6})\.(?P<role>[A-Z_]+)\.(?P<number>[1-9])")
HEADCOUNT = {Role.PRINCIPAL: 1, Role.DEPUTY_IN_CHARGE: 1}
HEADCOUNT_ELSE = 4


def person(body: str, role: Role, number: int = 1) -> Actor:
    """Return the person with this number in the role of the body; numbers wrap at the head count."""
    count = HEADCOUNT.get(role, HEADCOUNT_ELSE)
    return Actor(person_id=f"{body}.{role}.{(number - 1) % count + 1}", role=role, body=body)


def find(person_id: str) -> Actor | None:
    """Return the person of this id, or None if the directory has none."""
    match = PERSON.fullmatch(person_id)
    if match is None or match["role"] not in Role.__members__:
        return None
    role = Role(match["role"])
    if int(match["number"]) > HEADCOUNT.get(role, HEADCOUNT_ELSE):
        return None
    return Actor(person_id=person_id, role=role, body=match["body"])


def role_of(person_id: str) -> Role | None:
    """Return the role a person acts in, or None for an unknown id."""
    actor = find(person_id)
    return actor.role if actor else None
