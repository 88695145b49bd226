"""What this process was sending when it died: a few bytes on the local disk around each call to a messenger.

A messenger cannot be asked whether it took a message, and the database learns of it some milliseconds after the messenger.
A process killed in between would send twice. So each worker notes, by one unbuffered write, what leaves and what arrived; the
page cache survives `kill -9`. Whoever starts or watches next on this machine reads the notes of the dead before their jobs run again.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Fate:
    """What is known of one reply from the notes of a dead process."""

    external_id: str | None = None  #: the messenger took it and named it so; None: it was on the wire, nobody knows


@dataclass(slots=True)
class Journal:
    """The notes of one process; the file stays locked while it lives."""

    path: Path
    _file: int = field(default=-1)

    @classmethod
    def open(cls, folder: Path) -> Journal:
        folder.mkdir(parents=True, exist_ok=True)
        journal = cls(folder / f"{uuid.uuid4().hex}.sending")
        journal._file = os.open(journal.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        fcntl.flock(journal._file, fcntl.LOCK_EX)
        return journal

    def leaves(self, reply: int) -> None:
        os.write(self._file, f"leaves {reply}\n".encode())

    def arrived(self, reply: int, external_id: str) -> None:
        os.write(self._file, f"arrived {reply} {external_id}\n".encode())

    def came_back(self, reply: int) -> None:
        """The messenger did not take it: it may be sent again."""
        os.write(self._file, f"back {reply}\n".encode())

    def settled(self, reply: int) -> None:
        """The database knows."""
        os.write(self._file, f"settled {reply}\n".encode())

    def close(self) -> None:
        self.path.unlink(missing_ok=True)
        os.close(self._file)


def of_the_dead(folder: Path) -> dict[Path, dict[int, Fate]]:
    """The unsettled replies of each process that no longer lives, by its file; empty files are removed."""
    found: dict[Path, dict[int, Fate]] = {}
    for path in folder.glob("*.sending"):
        if (notes := _read_if_dead(path)) is not None:
            found[path] = notes
    return found


def _read_if_dead(path: Path) -> dict[int, Fate] | None:
    try:
        with path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return None  # its process lives
            return _fates(file.read())
    except FileNotFoundError:
        return None  # another process has just settled it


def _fates(notes: str) -> dict[int, Fate]:
    fates: dict[int, Fate] = {}
    for line in notes.splitlines():
        what, _, rest = line.partition(" ")
        number, _, external_id = rest.partition(" ")
        if not number.isdigit():
            continue  # the last line may be cut
        if what == "leaves":
            fates[int(number)] = Fate()
        elif what == "arrived":
            fates[int(number)] = Fate(external_id)
        else:
            fates.pop(int(number), None)
    return fates
