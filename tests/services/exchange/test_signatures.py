"""Section 1.4 of the contract: a signature that is present verifies, or the line is quarantined."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.exchange.settings import ExchangeSettings
from services.exchange.signatures import encoded, sign
from shared.contracts.exchange import LineOutcome, QuarantineReason
from tests.services.exchange.lines import FILED, REGISTERED, Sandbox, envelope, event

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
SOURCE = "urn:agency:petition.330206"
KID = f"{SOURCE}#1"


def public(key: Ed25519PrivateKey) -> str:
    return encoded(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Callable[[bool], Sandbox]]:
    directory = tmp_path / "keys.json"
    directory.write_text(json.dumps({KID: public(KEY), "urn:agency:police.330206#1": public(OTHER)}))
    opened: list[Sandbox] = []

    def open_(require: bool) -> Sandbox:
        settings = ExchangeSettings(agency_keys=directory)
        opened.append(Sandbox(tmp_path / str(require), settings=settings, production=require))
        return opened[-1]

    yield open_
    for house in opened:
        house.close()


def signed(content: dict[str, Any], kid: str = KID, key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
    return {**content, "signature": sign(content, kid, key)}


def test_an_event_signed_by_its_source_is_taken(guarded: Callable[[bool], Sandbox]) -> None:
    assert guarded(False).outcome(signed(event(REGISTERED))) == LineOutcome.APPLIED
    assert guarded(True).outcome(signed(event(REGISTERED))) == LineOutcome.APPLIED


def test_the_signature_holds_for_any_spelling_of_the_same_content(guarded: Callable[[bool], Sandbox]) -> None:
    content = signed(event(REGISTERED))

    assert guarded(True).outcome(dict(reversed(content.items()))) == LineOutcome.APPLIED


def test_a_redelivery_with_another_signature_is_a_duplicate(guarded: Callable[[bool], Sandbox]) -> None:
    house = guarded(False)
    house.send(event(REGISTERED))

    assert house.outcome(signed(event(REGISTERED))) == LineOutcome.DUPLICATE


@pytest.mark.parametrize(
    "wrong",
    [
        signed(event(REGISTERED), key=OTHER),
        signed(event(REGISTERED), kid="urn:agency:police.330206#1", key=OTHER),
        signed(event(REGISTERED), kid=f"{SOURCE}#2"),
        {**signed(event(REGISTERED)), "time": "2023-02-07T16:20:00+08:00"},
        {**signed(event(REGISTERED)), "correlationid": "x"},
        envelope(REGISTERED, signature=""),
        envelope(REGISTERED, signature=None),
        envelope(REGISTERED, signature=1),
        envelope(REGISTERED, signature="a..b"),
        envelope(REGISTERED, signature="a.b.c"),
        envelope(REGISTERED, signature=signed(event(REGISTERED))["signature"] + "\n"),
        envelope(REGISTERED, signature=signed(event(REGISTERED))["signature"] + "="),
        envelope(REGISTERED, signature=encoded(b'{"alg":"none","kid":"x"}') + ".." + encoded(b"x")),
        envelope(REGISTERED, signature=encoded(b'{"alg":"EdDSA","kid":[]}') + ".." + encoded(b"x")),
        envelope(REGISTERED, signature=encoded(b"[1]") + ".." + encoded(b"x")),
        envelope(REGISTERED, signature=encoded(b"\xff") + ".." + encoded(b"x")),
    ],
)
def test_a_signature_that_does_not_verify_is_quarantined(
    guarded: Callable[[bool], Sandbox], wrong: dict[str, Any]
) -> None:
    assert guarded(False).outcome(wrong) == QuarantineReason.SIGNATURE


def test_a_sandbox_without_keys_fails_every_signature(house: Sandbox) -> None:
    assert house.outcome(signed(event(REGISTERED))) == QuarantineReason.SIGNATURE


def test_production_asks_for_a_signature(guarded: Callable[[bool], Sandbox]) -> None:
    receipt = guarded(True).send(event(FILED))

    assert (receipt.reason, receipt.code) == (QuarantineReason.SIGNATURE, "SIGNATURE_MISSING")


def test_the_signature_goes_before_the_clock_and_the_schema(house: Sandbox) -> None:
    wrong = event(REGISTERED, time="2030-01-01T00:00:00+08:00", signature="x", data={"channel": 1})

    assert house.outcome(wrong) == QuarantineReason.SIGNATURE
