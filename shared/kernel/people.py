"""Who acts: a person in a role of a body, or the system on a fact or a deadline."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Role(StrEnum):
    """The closed list of roles (domain.md section 8, no. 11)."""

    PRINCIPAL = "PRINCIPAL"
    DEPUTY_IN_CHARGE = "DEPUTY_IN_CHARGE"
    DEPT_HEAD = "DEPT_HEAD"
    HANDLER = "HANDLER"
    PETITION_OFFICER = "PETITION_OFFICER"
    CASE_SUPERVISOR = "CASE_SUPERVISOR"
    TRIAL_OFFICER = "TRIAL_OFFICER"
    REVISIT_OFFICER = "REVISIT_OFFICER"
    TOLERANCE_OFFICER = "TOLERANCE_OFFICER"
    ORGANISATION_OFFICER = "ORGANISATION_OFFICER"
    AUDITOR = "AUDITOR"
    ADMIN = "ADMIN"


class Actor(BaseModel):
    """A person with one role of one body (GB/T 2260 code), or, with `role` absent, the system."""

    model_config = ConfigDict(frozen=True)

    person_id: str
    role: Role | None
    body: str

    @classmethod
    def system(cls, service: str) -> "Actor":
        return cls(person_id=f"system:{service}", role=None, body="")

    @property
    def is_person(self) -> bool:
        return self.role is not None
