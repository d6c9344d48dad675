"""The virus scanner is asked as ClamAV wants it, and nothing passes that nobody looked at."""

from __future__ import annotations

import contextlib
import io
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.documents import scanner_at
from engine.documents.scanning import Scanner as Asked
from engine.errors import RulesBroken
from tests.kit.papers import EICAR, pdf
from tests.kit.scanner import LONGEST, Scanner
from tests.kit.server import free_port

PATIENCE = timedelta(seconds=30)


@pytest.fixture
def scanner() -> Iterator[Asked]:
    with Scanner() as daemon:
        found = scanner_at(daemon.address, PATIENCE)
        assert found is not None
        yield found


def _refusal(scanner: Asked, content: bytes) -> tuple[str, str]:
    with pytest.raises(RulesBroken) as refused:
        scanner.must_be_clean(io.BytesIO(content), "a.txt")
    [problem] = refused.value.problems
    return problem.code, problem.params.get("found", "")


def test_what_the_scanner_knows_nothing_against_passes(scanner: Asked):
    scanner.must_be_clean(io.BytesIO(pdf()), "a.pdf")
    scanner.must_be_clean(io.BytesIO(b""), "empty")
    scanner.must_be_clean(io.BytesIO(b"x" * 1_000_000), "many portions")


def test_a_virus_is_refused_by_its_name(scanner: Asked):
    assert _refusal(scanner, EICAR) == ("GEN-FILE-VIRUS", "Win.Test.EICAR_HDB-1")


def test_what_is_longer_than_the_scanner_reads_is_refused(scanner: Asked):
    assert _refusal(scanner, b"x" * (LONGEST + 1))[0] == "GEN-FILE-UNSCANNED"


def test_nothing_passes_while_nobody_answers():
    away = Asked(f"tcp://127.0.0.1:{free_port()}", PATIENCE)
    assert _refusal(away, b"a")[0] == "GEN-FILE-UNSCANNED"
    nowhere = Asked("unix:///nowhere/clamd.sock", PATIENCE)
    assert _refusal(nowhere, b"a")[0] == "GEN-FILE-UNSCANNED"


def test_a_scanner_that_falls_silent_is_not_waited_for_long():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        assert _refusal(Asked(address, timedelta(seconds=1)), b"a")[0] == "GEN-FILE-UNSCANNED"


def test_where_no_scanner_is_set_there_is_none():
    assert scanner_at("", PATIENCE) is None


@pytest.mark.skipif(shutil.which("clamd") is None, reason="NOT RUN: there is no clamd here")
def test_the_real_daemon_answers_over_its_socket(tmp_path: Path):
    signatures = tmp_path / "db"
    signatures.mkdir()
    name = "Divan.Test.EICAR"
    (signatures / "test.ndb").write_text(f"{name}:0:*:{EICAR.hex()}\n")
    own = tmp_path / "clamd.conf"
    line = tmp_path / "clamd.sock"
    own.write_text(f"LocalSocket {line}\nDatabaseDirectory {signatures}\nForeground yes\n")
    daemon = subprocess.Popen(["clamd", "-c", str(own)], stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(line))  # the file is there before somebody listens
                break
            time.sleep(0.1)
        asked = Asked(f"unix://{line}", PATIENCE)
        asked.must_be_clean(io.BytesIO(pdf()), "a.pdf")
        assert _refusal(asked, EICAR)[0] == "GEN-FILE-VIRUS"
    finally:
        daemon.terminate()
        daemon.wait(20)
