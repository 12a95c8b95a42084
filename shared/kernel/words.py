"""What happened (fact), what somebody wants (command), and what is known about a fact that was recorded."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from shared.kernel.people import Role


class Value(BaseModel):
    """A frozen value inside facts and commands."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(BaseModel):
    """Something that happened, under a stable stored name that never follows the code's layout.

    `zh` and `en` are templates over the fact's own fields: the history of a case is read to people in these words.
    Unknown members are ignored on reading, so that a public contract can be a narrower class of the same name.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    fact_name: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""


class Command(BaseModel):
    """What somebody wants done to one case.

    `name` is its last segment in the URL. `roles` may issue it; an empty set means that no person can: only a
    reaction to a fact or a deadline may, and then it records, opens or reminds, never decides
    (domain.md section 8, no. 12).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str] = ""
    roles: ClassVar[frozenset[Role]] = frozenset()


class Meta(BaseModel):
    """What is known about a recorded fact beside its content.

    on: business date (Asia/Shanghai) at recording; at: receiving clock, aware UTC; by: person id or `system:<service>`;
    cmd: id of the command; cor, cau: correlation and causation ids; prv: version of the public fact of the same
    case before this one, 0 if none; pol: policy version used.
    """

    model_config = ConfigDict(frozen=True)

    on: date
    at: datetime
    by: str
    cmd: str = ""
    cor: str = ""
    cau: str = ""
    prv: int = 0
    pol: str = ""


F_co = TypeVar("F_co", bound=Fact, covariant=True)


@dataclass(frozen=True, slots=True)
class Recorded(Generic[F_co]):
    """A fact at its place: position in the owner's log, stream (`<kind>:<case id>`) and version 1..n in it."""

    source: str
    position: int
    stream: str
    version: int
    fact: F_co
    meta: Meta

    @property
    def fact_id(self) -> str:
        return f"{self.source}/{self.stream}/{self.version}"
