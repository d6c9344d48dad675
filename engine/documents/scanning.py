r"""Asking a virus scanner: the protocol of ClamAV's daemon.

``zINSTREAM\0``, then the file in portions, each after its length in four bytes of network
order, ended by a length of zero; the answer is one text ended by NUL (clamd(8), COMMANDS).
"""

from __future__ import annotations

import enum
import socket
import struct
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from engine.documents.refusals import refused

_PORTION: Final = 64 * 1024
_LENGTH: Final = struct.Struct("!L")
_LONGEST_ANSWER: Final = 4096


class Scan(enum.Enum):
    """What is known against a file that is kept before anybody looked at it."""

    UNSCANNED = "UNSCANNED"  #: nobody has looked, or nobody could tell
    CLEAN = "CLEAN"
    INFECTED = "INFECTED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner said of a file."""

    scan: Scan
    virus: str | None = None  #: as the scanner names it
    is_away: bool = False  #: nobody answered: asking of another file is no use now


@dataclass(frozen=True, slots=True)
class Scanner:
    """A daemon, at ``tcp://host:port`` or ``unix:///path``."""

    address: str
    patience: timedelta

    def must_be_clean(self, file: BinaryIO, name: str) -> None:
        """Let a file pass only when the daemon says that it knows nothing against it.

        Raises:
            RulesBroken: something was found, or nobody could look: then it is refused too.
        """
        found = self.verdict(file)
        if found.scan is Scan.INFECTED:
            raise refused("GEN-FILE-VIRUS", name, found=found.virus or "")
        if found.scan is Scan.UNSCANNED:
            raise refused("GEN-FILE-UNSCANNED", name)

    def verdict(self, file: BinaryIO) -> Verdict:
        """Return what the daemon says of a file; what it does not tell clearly is unscanned."""
        try:
            said = self._asked(file)
        except (ConnectionRefusedError, FileNotFoundError, TimeoutError):
            return Verdict(Scan.UNSCANNED, is_away=True)
        except (OSError, EOFError):
            return Verdict(Scan.UNSCANNED)
        if said.endswith(" FOUND"):
            return Verdict(Scan.INFECTED, said.removeprefix("stream: ").removesuffix(" FOUND"))
        return Verdict(Scan.CLEAN if said == "stream: OK" else Scan.UNSCANNED)

    def _asked(self, file: BinaryIO) -> str:
        file.seek(0)
        with self._connected() as line:
            line.sendall(b"zINSTREAM\0")
            while portion := file.read(_PORTION):
                line.sendall(_LENGTH.pack(len(portion)) + portion)
            line.sendall(_LENGTH.pack(0))
            return _answer(line)

    def _connected(self) -> socket.socket:
        at = urlsplit(self.address)
        seconds = self.patience.total_seconds()
        if at.scheme == "unix":
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(seconds)
            try:
                line.connect(at.path)
            except OSError:
                line.close()
                raise
            return line
        return socket.create_connection((at.hostname or "", at.port or 3310), seconds)


def scanner_at(address: str, patience: timedelta) -> Scanner | None:
    """Return the scanner of a site; none where no address is set."""
    return Scanner(address, patience) if address else None


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST_ANSWER:
        portion = line.recv(_LONGEST_ANSWER)
        if not portion:
            raise EOFError
        said += portion
    return said.rstrip(b"\0").decode(errors="replace").strip()
