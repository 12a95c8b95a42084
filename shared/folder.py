"""A data folder is written by one process at a time: the second is told so instead of doing harm."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FolderBusy(Exception):
    """Another process works on this data folder."""


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; it goes with the process, however that ends. Raises FolderBusy."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "writer.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FolderBusy(str(folder)) from error
        yield
