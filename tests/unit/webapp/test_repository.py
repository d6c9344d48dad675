"""Areas in a real git repository: out as commits, in again, and nothing hostile with them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from engine.catalogue.bundle import Bundle
from engine.errors import RulesBroken
from engine.model.person import Actor
from engine.settings import StudioSettings
from tests.kit.versions import purchase
from webapp.studio.repository import commits

NIMA = Actor(uuid4(), "nima", "نیما", "Nima Tahlili")


@pytest.fixture
def site(tmp_path: Path) -> StudioSettings:
    """An empty repository whose hooks would be heard of."""
    bare = tmp_path / "areas.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(bare)], check=True)
    return StudioSettings(git_repository=str(bare))


def _publish(site: StudioSettings, bundle: Bundle, note: str = "first") -> str:
    return commits.publish(bundle, "purchase", note, actor=NIMA, site=site)


def _log(site: StudioSettings) -> list[str]:
    asked = ["git", "--git-dir", site.git_repository, "log", "--format=%an|%s", "main"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()


def test_an_area_goes_out_as_a_commit_and_comes_back_the_same(site):
    files = purchase().files
    assert _publish(site, Bundle(files))
    assert not _publish(site, Bundle(files), "the same")
    fewer = {name: each for name, each in files.items() if name != "limits.dmn"}

    assert _publish(site, Bundle(fewer), "- one table less; $(id)")

    assert _log(site) == ["Nima Tahlili|- one table less; $(id)", "Nima Tahlili|first"]
    assert commits.taken("purchase", site=site) == fewer


def test_areas_lie_beside_each_other(site):
    _publish(site, purchase())
    other = Bundle({"process.toml": b'[area]\nid = "other"\n'})

    commits.publish(other, "other", "another", actor=NIMA, site=site)

    assert commits.taken("purchase", site=site) == purchase().files
    assert commits.taken("other", site=site) == other.files


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        pytest.param("120000", "purchase/link.toml", id="a link"),
        pytest.param("100644", "purchase/deep/er/x.toml", id="a deeper folder"),
        pytest.param("100644", "purchase/<b>.toml", id="markup"),
    ],
)
def test_what_is_no_plain_file_of_an_area_is_refused(site, mode, name):
    git = ["git", "--git-dir", site.git_repository]

    def run(*arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [*git, "-c", "user.name=x", "-c", "user.email=x@localhost", *arguments],
            input=given, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    blob = run("hash-object", "-w", "--stdin", given="/etc/passwd")
    run("update-index", "--add", "--cacheinfo", f"{mode},{blob},{name}")
    commit = run("commit-tree", run("write-tree"), given="hostile")
    run("update-ref", "refs/heads/main", commit)

    with pytest.raises(RulesBroken):
        commits.taken("purchase", site=site)


@pytest.mark.parametrize(
    ("address", "branch"),
    [
        pytest.param("ext::sh -c id", "main", id="a program"),
        pytest.param("--upload-pack=id", "main", id="an option"),
        pytest.param("git://localhost/x", "main", id="a protocol that proves nothing"),
        pytest.param("/nowhere/at/all", "main", id="no repository"),
        pytest.param("/tmp", "--force", id="an option for a branch"),
        pytest.param("", "main", id="none"),
    ],
)
def test_an_address_that_will_not_do_is_told_and_nothing_runs(address, branch):
    site = StudioSettings(git_repository=address, git_branch=branch)

    with pytest.raises(RulesBroken) as refused:
        commits.taken("purchase", site=site)

    assert [each.code for each in refused.value.problems] == ["STU-016"]


@pytest.mark.parametrize("area", ["../up", "-x", "Area"])
def test_an_area_of_an_odd_name_goes_nowhere(site, area):
    with pytest.raises(RulesBroken):
        commits.publish(purchase(), area, "x", actor=NIMA, site=site)
