"""Settings: everything wrong is told at once, by name, and no secret is ever shown."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.settings import Settings, SettingsRefused, all_settings
from tests.guards.tree import ROOT

CANARY = "geheim-7f3a"
MISSING = "No such file or directory"


def refused(**environ: str) -> list[str]:
    with pytest.raises(SettingsRefused) as caught:
        Settings.from_environment(environ)
    return list(caught.value.problems)


def test_every_wrong_setting_is_told_at_once_by_its_name():
    problems = refused(
        DIVAN_PORT="http",
        DIVAN_DATABASE_URL="mysql://h/divan",
        DIVAN_REDIS_URL="localhost:6379",
        DIVAN_LOG_FORMAT="xml",
        DIVAN_STATEMENT_TIMEOUT="0",
        DIVAN_DEMO="yes",
        DIVAN_LOCALE="de",
        DIVAN_PROCESSES="/nowhere/at/all",
        DIVAN_SMTP_TLS="ssl",
        DIVAN_TRUSTED_PROXIES="-1",
        DIVAN_PUBLIC_URL="divan.example",
    )
    assert [each.split()[0] for each in sorted(problems)] == [
        "DIVAN_DATABASE_URL",
        "DIVAN_DEMO",
        "DIVAN_LOCALE",
        "DIVAN_LOG_FORMAT",
        "DIVAN_PORT",
        "DIVAN_PROCESSES",
        "DIVAN_PUBLIC_URL",
        "DIVAN_REDIS_URL",
        "DIVAN_SMTP_TLS",
        "DIVAN_STATEMENT_TIMEOUT",
        "DIVAN_TRUSTED_PROXIES",
    ]
    assert all("it may be" in each for each in problems)


def test_a_name_that_is_no_setting_is_told_with_the_one_that_was_meant():
    assert refused(DIVAN_DATABASE_ULR="sqlite:///x", DIVAN_WROKERS="1") == [
        "DIVAN_DATABASE_ULR is no setting; did you mean DIVAN_DATABASE_URL?",
        "DIVAN_WROKERS is no setting; did you mean DIVAN_WORKERS?",
    ]


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        pytest.param(
            {"DIVAN_WEB_PROCESSES": "2"}, "DIVAN_WEB_PROCESSES must be 1 on SQLite", id="one writer"
        ),
        pytest.param(
            {"DIVAN_LEASE": "10", "DIVAN_HEARTBEAT": "6"}, "half of DIVAN_LEASE", id="two beats"
        ),
        pytest.param({"DIVAN_SMTP_PASSWORD": CANARY}, "no DIVAN_SMTP_USER", id="mail account"),
        pytest.param({"DIVAN_SECRET_KEY": CANARY}, "shorter than 32", id="a key too short"),
        pytest.param(
            {"DIVAN_SECRET_KEY": "k" * 40 + ",k"}, "shorter than 32", id="the second key too short"
        ),
        pytest.param({"DIVAN_METRICS_TOKEN": "x"}, "shorter than 16", id="a token too short"),
        pytest.param(
            {"DIVAN_DEMO": "1", "DIVAN_HOST": "192.0.2.1"}, "stay on loopback", id="demo outside"
        ),
    ],
)
def test_settings_that_do_not_go_together_are_refused(environ: dict[str, str], problem: str):
    [told] = refused(**environ)
    assert problem in told


@pytest.mark.parametrize("name", [each.name for _, each in all_settings() if each.is_secret])
def test_a_secret_is_shown_neither_when_it_is_wrong_nor_when_it_is_right(name: str):
    environ = {name: f"redis://:{CANARY}@h/0" if "URL" in name else CANARY * 4}
    if name == "DIVAN_SMTP_PASSWORD":
        environ["DIVAN_SMTP_USER"] = "divan"
    try:
        told = repr(Settings.from_environment(environ))
    except SettingsRefused as error:
        told = str(error)
    assert CANARY not in told


def test_a_secret_may_stand_in_a_file(tmp_path: Path):
    file = tmp_path / "url"
    file.write_text(f"postgresql://divan:{CANARY}@db/divan\n", encoding="utf-8")
    settings = Settings.from_environment({"DIVAN_DATABASE_URL_FILE": str(file)})
    assert settings.database_url == f"postgresql+psycopg://divan:{CANARY}@db/divan"
    assert refused(DIVAN_METRICS_TOKEN_FILE=str(tmp_path / "none")) == [
        f"DIVAN_METRICS_TOKEN_FILE names '{tmp_path}/none', which cannot be read: {MISSING}"
    ]
    assert refused(DIVAN_REDIS_URL="redis://h", DIVAN_REDIS_URL_FILE=str(file)) == [
        "DIVAN_REDIS_URL and DIVAN_REDIS_URL_FILE are both set; one is enough"
    ]


def test_nothing_set_means_one_process_over_sqlite_that_runs_its_jobs(tmp_path: Path):
    settings = Settings.from_environment({"DIVAN_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'divan.sqlite'}"
    assert (settings.is_sqlite, settings.serves_jobs, settings.web.processes) == (True, True, 1)
    assert settings.database.statement_timeout == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("environ", "serves_jobs"),
    [
        pytest.param({"DIVAN_REDIS_URL": "redis://h"}, False, id="workers elsewhere"),
        pytest.param({"DIVAN_REDIS_URL": "redis://h", "DIVAN_WORKERS": "1"}, True, id="and here"),
        pytest.param({"DIVAN_WORKERS": "0"}, False, id="said so"),
    ],
)
def test_who_runs_the_jobs(environ: dict[str, str], serves_jobs: bool):
    assert Settings.from_environment(environ).serves_jobs is serves_jobs


@given(
    st.dictionaries(
        st.sampled_from(
            [each.name for _, each in all_settings() if each.name != "DIVAN_PROCESSES"]
        ),
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30),
        max_size=4,
    )
)
def test_whatever_stands_in_the_environment_is_taken_or_refused(environ: dict[str, str]):
    with contextlib.suppress(SettingsRefused):  # anything else fails the test
        assert Settings.from_environment(environ).problems() == []


def test_the_reference_lists_every_setting_as_the_code_declares_it():
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    rows = [each for each in page.splitlines() if each.startswith("| `DIVAN_")]
    assert rows == [row(each) for _, each in all_settings()]


def row(each) -> str:
    secret = " (secret)" if each.is_secret else ""
    default = f"`{each.default}`" if each.default else "none"
    return f"| `{each.name}`{secret} | {default} | {each.kind.may_be} | {each.about} |"
