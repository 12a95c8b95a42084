"""Facts: stable names of their owner, readable in words, with nothing personal in what is public."""

import inspect
import re
import string
from collections import Counter
from typing import Any

import pytest

from shared.contracts import OWNERS, public_facts
from shared.contracts.agency import AgencyFact
from shared.kernel import Fact
from tests.architecture.house import AGENCY_TYPES, SERVICES, fields_of, recorded_facts

FORBIDDEN = re.compile(r"name|remarks|neutral_text|accuser_token|reporter.*|.*_name|phone|id_number")
IRREGULAR = frozenset(
    [
        "begun",
        "drawn",
        "found",
        "given",
        "heard",
        "held",
        "kept",
        "known",
        "left",
        "overridden",
        "put",
        "read",
        "sent",
        "set",
        "taken",
        "told",
        "withdrawn",
        "written",
    ]
)
STATES = frozenset({"due", "final", "overdue"})
"""Not participles, but the law's own words for a state that a day brings: 到期, 生效, 逾期."""


def roots(template: str) -> set[str]:
    """Return the names of the fields that a template uses."""
    return {re.split(r"[.\[]", field)[0] for _, field, _, _ in string.Formatter().parse(template) if field is not None}


def test_the_five_services_are_the_five_owners() -> None:
    assert set(OWNERS) == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_fact_has_a_name_of_its_owner_or_an_agencys_type(service: str) -> None:
    pattern = re.compile(rf"{service}\.[a-z]+(_[a-z0-9]+)*\.v[1-9][0-9]*")

    names = [fact.fact_name for fact in recorded_facts(service)]

    assert names
    assert [
        name for name in names if not pattern.fullmatch(name) and not (service == "exchange" and name in AGENCY_TYPES)
    ] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_fact_is_named_by_a_participle(service: str) -> None:
    names = [fact.fact_name for fact in recorded_facts(service) if fact.fact_name not in AGENCY_TYPES]

    assert [name for name in names if not any(map(_tells_what_happened, name.split(".")[1].split("_")))] == []


def _tells_what_happened(word: str) -> bool:
    return word.endswith("ed") or word in IRREGULAR | STATES


def test_a_name_stands_for_one_class() -> None:
    names = Counter(fact.fact_name for service in SERVICES for fact in recorded_facts(service))

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_fact_can_be_told_in_chinese_and_english_by_its_own_fields(service: str) -> None:
    """Agencies' facts are told under the agency's own type; their classes name it in Chinese."""
    faults = []
    for fact in recorded_facts(service):
        if issubclass(fact, AgencyFact):
            faults += [] if re.search("[\u4e00-\u9fff]", fact.__doc__ or "") else [fact.__name__]
            continue
        used = roots(fact.zh) | roots(fact.en)
        has_chinese = re.search("[\u4e00-\u9fff]", fact.zh) is not None
        if not fact.en or not has_chinese or not used <= set(fact.model_fields):
            faults.append(fact.__name__)

    assert faults == []


@pytest.mark.parametrize("owner", OWNERS)
def test_a_public_fact_holds_nothing_personal(owner: str) -> None:
    """A flag may say that something is sealed; the ciphertext itself is never public."""
    faults = [
        f"{fact.fact_name}: {name}"
        for fact in public_facts(owner)
        for name, annotation in fields_of(fact)
        if (FORBIDDEN.fullmatch(name) or name.endswith("_sealed")) and annotation is not bool
    ]

    assert faults == []


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_records_under_a_public_name_reads_as_its_contract(service: str) -> None:
    own = {fact.fact_name: fact for fact in recorded_facts(service)}

    for contract in public_facts(service):
        recorded = own[contract.fact_name]
        assert issubclass(recorded, contract), recorded
        for name, field in contract.model_fields.items():
            assert _narrows(recorded.model_fields[name].annotation, field.annotation), f"{recorded.__name__}.{name}"


def _narrows(own: Any, public: Any) -> bool:
    """Is the own type the public one, or a closed list of words where the contract says text?"""
    return bool(own == public or (inspect.isclass(own) and inspect.isclass(public) and issubclass(own, public)))


@pytest.mark.parametrize("service", SERVICES)
def test_a_fact_never_changes_after_it_was_made(service: str) -> None:
    assert all(fact.model_config["frozen"] for fact in recorded_facts(service))


def test_every_public_fact_is_in_its_owners_list() -> None:
    for owner in OWNERS:
        module = inspect.getmodule(public_facts(owner)[0])
        assert module is not None
        written = {
            member
            for member in vars(module).values()
            if inspect.isclass(member) and issubclass(member, Fact) and member.fact_name
        }
        assert written <= set(public_facts(owner)), owner
