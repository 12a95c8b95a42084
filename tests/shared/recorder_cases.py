"""The test cases that `eventsourcing` offers for recorders.

Its module also holds cases for ciphers and so asks for a library of ciphers that nothing here uses: a stand-in answers.
"""

import sys
from types import ModuleType

_stand_in = ModuleType("eventsourcing.cipher")
_stand_in.AESCipher = type("AESCipher", (), {})  # type: ignore[attr-defined]
sys.modules.setdefault("eventsourcing.cipher", _stand_in)

from eventsourcing.tests.persistence import (  # noqa: E402
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
)

__all__ = [
    "ApplicationRecorderTestCase",
    "NonInterleavingNotificationIDsBaseCase",
    "ProcessRecorderTestCase",
    "TrackingRecorderTestCase",
]
