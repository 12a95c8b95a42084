"""Personal text is ciphertext under its owner's key; a destroyed key leaves nothing to read."""

import stat
import subprocess
import sys
import time
from pathlib import Path

from shared.security.keys import REDACTED, KeyRing

ROOT = Path(__file__).parents[3]


def test_what_was_sealed_can_be_opened_by_its_owner_also_after_a_restart(tmp_path: Path) -> None:
    sealed = KeyRing(tmp_path).seal("S-1", "某甲")

    assert KeyRing(tmp_path).open("S-1", sealed) == "某甲"
    assert "某甲" not in sealed


def test_the_same_text_is_sealed_differently_each_time(tmp_path: Path) -> None:
    keys = KeyRing(tmp_path)

    assert keys.seal("S-1", "某甲") != keys.seal("S-1", "某甲")


def test_another_owner_reads_redacted(tmp_path: Path) -> None:
    keys = KeyRing(tmp_path)
    sealed = keys.seal("S-1", "某甲")
    keys.seal("S-2", "某乙")

    assert keys.open("S-2", sealed) == REDACTED
    assert keys.open("S-3", sealed) == REDACTED


def test_a_destroyed_key_redacts_for_ever(tmp_path: Path) -> None:
    keys = KeyRing(tmp_path)
    sealed = keys.seal("S-1", "某甲")
    keys.destroy("S-1")
    later = keys.seal("S-1", "某甲之后")

    assert keys.open("S-1", sealed) == KeyRing(tmp_path).open("S-1", sealed) == REDACTED
    assert keys.open("S-1", later) == "某甲之后"


def test_a_destroyed_key_leaves_no_byte_in_the_files(tmp_path: Path) -> None:
    keys = KeyRing(tmp_path)
    for number in range(50):
        keys.seal(f"S-{number}", "某甲")
    (wrapped,) = keys._rows.execute("SELECT wrapped FROM data_key WHERE owner = 'S-7'").fetchone()
    keys.destroy("S-7")

    assert all(wrapped not in file.read_bytes() for file in tmp_path.iterdir())
    assert keys.open("S-8", keys.seal("S-8", "某乙")) == "某乙"


def test_the_master_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    KeyRing(tmp_path)

    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("master")] == ["master.key"]


RACE = """
import sys, time
from pathlib import Path
from shared.security.keys import KeyRing
while time.time() < float(sys.argv[2]):
    pass
print(KeyRing(Path(sys.argv[1])).seal("S-1", "text"))
"""


def test_processes_that_begin_at_once_agree_on_master_and_data_key(tmp_path: Path) -> None:
    begin = str(time.time() + 1.0)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(tmp_path), begin], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    sealed = [process.communicate()[0].strip() for process in running]

    assert [process.returncode for process in running] == [0] * 4
    assert [KeyRing(tmp_path).open("S-1", text) for text in sealed] == ["text"] * 4
