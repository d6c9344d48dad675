"""What ``deploy/`` ships is what its readers accept: schemas, systemd, PostgreSQL, ourselves.

Schemas: the Compose specification as check-jsonschema ships it, and the API of a Kubernetes
release as kubernetes-validate ships it; the units are read by systemd itself where it is.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate
import psycopg
import pytest
import yaml
from sqlalchemy.engine import make_url

from engine.settings import Settings, SettingsRefused, all_settings
from engine.storage.database import Database
from engine.storage.migrate import migrate
from engine.storage.roles import grant_to_application, rights_to_rewrite
from tests.guards.tree import ROOT
from tests.kit.databases import TOOLS, Databases

DEPLOY = ROOT / "deploy"
KUBERNETES = "1.34"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
#: systemd's own score of how exposed a unit is, of 10; its word for it is OK below 5
MOST_EXPOSED = 2.5


def documents() -> list[dict[str, Any]]:
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return [
        each
        for file in files
        if file.name != "kustomization.yaml"
        for each in yaml.safe_load_all(file.read_text(encoding="utf-8"))
    ]


def test_the_compose_file_is_one():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    file = DEPLOY / "compose.yaml"
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_files_a_compose_file_names_are_there():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    mounted = [each.split(":")[0] for each in compose["services"]["db"]["volumes"]]
    assert [each for each in mounted if each[0] == "." and not (DEPLOY / each).exists()] == []
    used = {each for one in compose["services"].values() for each in one.get("secrets", ())}
    assert used == set(compose["secrets"])


@pytest.mark.parametrize(
    "document", documents(), ids=lambda each: f"{each['kind']} {each['metadata']['name']}"
)
def test_a_kubernetes_manifest_is_of_the_api_and_says_nothing_else(document: dict[str, Any]):
    kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_every_manifest_is_applied():
    listed = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text(encoding="utf-8"))
    there = {each.name for each in (DEPLOY / "kubernetes").glob("*.yaml")}
    assert set(listed["resources"]) == there - {"kustomization.yaml"}


def test_every_selector_finds_a_pod_of_ours_and_every_pod_is_kept_small():
    pods = [each["spec"]["template"] for each in documents() if "template" in each.get("spec", {})]
    labels = [each["metadata"]["labels"] for each in pods]
    for document in documents():
        if document["kind"] in ("Service", "PodDisruptionBudget", "Deployment"):
            wanted = document["spec"]["selector"]
            wanted = wanted.get("matchLabels", wanted)
            assert any(wanted.items() <= each.items() for each in labels), document["metadata"]
    for pod in pods:
        assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
        [container] = pod["spec"]["containers"]
        assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert "memory" in container["resources"]["limits"]


def environments() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield every environment that ``deploy/`` sets up for us."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    for name, service in compose["services"].items():
        given = service.get("environment", {})
        if any(each.startswith("DIVAN_") for each in given):
            yield f"compose {name}", given
    shared = next(each for each in documents() if each["kind"] == "ConfigMap")["data"]
    for each in documents():
        if "template" in each.get("spec", {}):
            own = each["spec"]["template"]["spec"]["containers"][0].get("env", [])
            yield each["metadata"]["name"], shared | {one["name"]: one["value"] for one in own}
    for unit in UNITS:
        lines = unit.read_text(encoding="utf-8").replace("%i", "8000").splitlines()
        lines += (DEPLOY / "systemd/divan.env").read_text(encoding="utf-8").splitlines()
        pairs = [each.removeprefix("Environment=").partition("=") for each in lines]
        yield unit.name, {name: value for name, _, value in pairs if name.startswith("DIVAN_")}
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    yield "Dockerfile", dict(re.findall(r"(DIVAN_\w+)=(\S+)", text))


@pytest.mark.parametrize(
    ("name", "environ"), [pytest.param(*each, id=each[0]) for each in environments()]
)
def test_every_environment_is_one_we_take(name: str, environ: Mapping[str, str]):
    secrets = {each.file_name: each.name for _, each in all_settings() if each.is_secret}
    values = {
        "DIVAN_DATABASE_URL": "postgresql://divan_app:x@db/divan",
        "DIVAN_SECRET_KEY": "k" * 40,
        "DIVAN_METRICS_TOKEN": "t" * 20,
    }
    filled: dict[str, str] = {}
    for key, given in environ.items():
        text = re.sub(r"\$\{\w+:-(.*)\}", r"\1", given)
        filled |= {secrets[key]: values[secrets[key]]} if key in secrets else {key: text}
    try:
        Settings.from_environment(filled)
    except SettingsRefused as refused:
        pytest.fail(f"{name}: {refused}")


@pytest.mark.parametrize("unit", UNITS, ids=lambda each: each.name)
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_a_unit_is_read_by_systemd_and_hardly_exposed(unit: Path, tmp_path: Path):
    text = unit.read_text(encoding="utf-8").replace("/opt/divan/bin/divan", "/bin/true")
    copy = tmp_path / unit.name.replace("@", "@8000")
    copy.write_text(text, encoding="utf-8")
    read = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (read.returncode, read.stderr) == (0, "")
    asked = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(copy)]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    score = re.search(r"exposure level for .*: ([\d.]+)", told)
    assert score is not None, told
    assert float(score[1]) <= MOST_EXPOSED, told


def test_the_roles_of_the_script_are_those_the_product_runs_as(databases: Databases):
    superuser = databases.create("postgresql")
    url = make_url(superuser)
    host = str(url.query["host"])
    options = ["-v", "owner_password=o", "-v", "app_password=a", "-f"]
    script = str(DEPLOY / "postgresql" / "roles.sql")
    command = [
        str(TOOLS / "psql"),
        "-X",
        "-q",
        "-h",
        host,
        "-U",
        "postgres",
        "-d",
        url.database or "",
    ]
    try:
        done = subprocess.run(
            [*command, *options, script], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        owner = Database(f"postgresql+psycopg://divan_owner@/divan?host={host}")
        migrate(owner, areas=())
        grant_to_application(owner, "divan_app")
        owner.dispose()
        application = Database(f"postgresql+psycopg://divan_app@/divan?host={host}")
        assert rights_to_rewrite(application) == ()
        application.dispose()
    finally:
        with psycopg.connect(
            host=host, user="postgres", dbname=url.database, autocommit=True
        ) as admin:
            admin.execute("DROP DATABASE IF EXISTS divan WITH (FORCE)")
            admin.execute("DROP ROLE IF EXISTS divan_app")
            admin.execute("DROP ROLE IF EXISTS divan_owner")
        databases.drop(superuser)
