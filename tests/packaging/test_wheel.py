"""What is shipped is whole: the wheel, installed alone, serves the demonstration."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.server import LiveServer
from tests.kit.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging"), pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
#: what is read at run time and is no Python
DATA = (
    "engine/catalogue/sites/tehran.toml",
    "engine/storage/migrations/env.py",
    "processes/contractor_statement/process.toml",
    "processes/contractor_statement/interim_statement.bpmn",
    "processes/contractor_statement/forms/measure.form",
    "processes/contractor_statement/texts.en.toml",
    "processes/contractor_statement/demo/contract.xlsx",
    "processes/contractor_statement/documents/certificate.typ",
    "webapp/studio/drafts/gallery/approval/forms/approve.form",
    "webapp/studio/drafts/gallery/approval/new_area.bpmn",
    "processes/contractor_statement/templates/contractor_statement/statement.html",
    "webapp/templates/base.html",
    "webapp/static/dist/style.css",
    "webapp/static/dist/line-table.js",
    "webapp/static/dist/fonts/Vazirmatn-Regular.ttf",
    "webapp/translations/fa/LC_MESSAGES/messages.mo",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from what is under version control and what was built beside it."""
    tree, target = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    built = ("webapp/static/dist", "webapp/translations")
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    files = {ROOT / each for each in names.split("\0") if each}
    files |= {each for folder in built for each in (ROOT / folder).rglob("*")}
    for each in filter(Path.is_file, files):
        copy = tree / each.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(each.read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(target), str(tree)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return next(target.glob("divan-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `divan` command of a fresh environment holding the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    site = next(folder.glob("lib/python3*/site-packages"))
    # the dependencies that are installed already; an editable install among them is not seen
    (site / "outer.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    pip = [
        str(folder / "bin/python"),
        "-I",
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--quiet",
        str(wheel),
    ]
    subprocess.run(pip, check=True)
    return folder / "bin" / "divan"


@pytest.fixture(scope="module")
def server(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The demonstration served by the installed wheel, far from the repository."""
    running = LiveServer(tmp_path_factory.mktemp("home"), divan=installed).start()
    yield running
    running.stop()


def test_the_wheel_holds_everything_that_is_read_at_run_time(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert set(DATA) - names == set()


def test_the_wheel_holds_of_tests_those_beside_the_model_and_nothing_foreign(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    ours = [each for each in names if not each.endswith(".test.toml")]
    assert [each for each in ours if "/tests/" in each or "__pycache__" in each] == []
    roots = {each.partition("/")[0] for each in names}
    assert roots == {"engine", "forms", "processes", "webapp", "divan-0.1.0.dist-info"}


def test_the_code_that_runs_is_the_wheels(installed: Path, tmp_path: Path):
    asked = "import engine, forms, processes, webapp; print(engine.__file__, webapp.__file__)"
    python = installed.with_name("python")
    told = subprocess.run(
        [python, "-I", "-c", asked], cwd=tmp_path, capture_output=True, check=True
    )
    assert str(ROOT) not in told.stdout.decode()


def test_the_installed_wheel_serves_the_sign_in_page_and_an_inbox(server: LiveServer):
    contractor = Visitor(server.address, "contractor")
    assert contractor.get("/inbox").heading == "Inbox"
    assert "Interim statement" in contractor.get("/start").links("/start/").values()
    assert contractor.download("/static/dist/line-table.js").status_code == 200
    contractor.close()


def test_the_installed_server_stops_when_asked(installed: Path, tmp_path: Path):
    running = LiveServer(tmp_path / "home", divan=installed).start()
    assert running.stop() < 5
