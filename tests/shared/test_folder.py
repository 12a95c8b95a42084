"""A data folder has one writer."""

from pathlib import Path

import pytest

from shared.folder import FolderBusy, sole_writer


def test_a_second_writer_is_told_so(tmp_path: Path) -> None:
    with sole_writer(tmp_path / "data"), pytest.raises(FolderBusy), sole_writer(tmp_path / "data"):
        pass


def test_the_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with sole_writer(tmp_path / "data"):
            pass

    assert (tmp_path / "data").is_dir()
