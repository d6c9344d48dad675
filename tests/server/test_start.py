"""What a server does each time it starts costs little when everything is there already."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from webapp.demo import load_demo
from webapp.wiring import Site

AT = datetime(2025, 10, 22, 8, tzinfo=UTC)
OPEN = (
    "import webapp.cli as cli; from pathlib import Path; "
    "cli.Site.open(cli.Settings(home=Path({!r})))"
)
#: what a start loads only where it is needed: a migration, a spreadsheet, a Redis, a signature
HEAVY = (
    *("alembic", "openpyxl", "redis", "rq"),
    *("pyhanko", "pyhanko_certvalidator", "asn1crypto", "aiohttp", "requests"),
)


@pytest.mark.both_databases
def test_a_second_start_asks_a_few_questions_and_compiles_no_diagram(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    sent: list[str] = []
    engine = site.database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    compiled: list[object] = []
    monkeypatch.setattr("engine.commands.models._models", {})  # as in a new process
    monkeypatch.setattr("engine.bpmn.compile_model", lambda *given: compiled.append(given))

    site.prepare(AT)
    load_demo(site.database, site.settings, AT)

    assert compiled == []
    assert len(sent) <= 45, "\n".join(each[:120] for each in sent)


def test_a_start_loads_nothing_that_only_some_need(tmp_path: Path):
    code = f"import sys; {OPEN.format(str(tmp_path))}; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()

    assert "webapp.inbox.pages" in told
    assert [each for each in HEAVY if each in told] == []


def test_what_was_loaded_is_not_walked_over_in_search_of_garbage(tmp_path: Path):
    code = (
        "import contextlib, gc; from webapp import __main__\n"
        "with contextlib.suppress(SystemExit): __main__.main()\n"
        "print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, "--help"],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"DIVAN_HOME": str(tmp_path)},
    ).stdout.splitlines()

    assert told[-1] == "True True"
