"""A PDF set before the server begins does not keep its processes from setting theirs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os, signal, sys
from pathlib import Path
from engine.storage.database import Database
from webapp.apart import apart
from webapp.documents import render_pdf

template = Path(sys.argv[1], "page.typ")
template.write_text('#set document(title: "it", date: datetime(year: 2026, month: 7, day: 5))\\nIt')
database = Database("sqlite://")
apart(database, lambda: render_pdf(template, {}))
child = os.fork()  # as a serving process begins
if not child:
    signal.alarm(60)
    os._exit(0 if render_pdf(template, {}).startswith(b"%PDF") else 3)
assert os.waitpid(child, 0)[1] == 0, "the copy waits for ever"
try:
    apart(database, lambda: sys.exit("it failed"))
except SystemExit as ended:
    assert ended.code == 1
else:
    raise AssertionError("what failed apart was not told")
"""


def test_what_was_set_apart_leaves_no_threads_that_a_copy_of_the_process_would_miss(tmp_path: Path):
    asked = [sys.executable, "-c", PROGRAM, str(tmp_path)]

    told = subprocess.run(asked, capture_output=True, text=True, timeout=200, check=False)

    assert told.returncode == 0, told.stderr
