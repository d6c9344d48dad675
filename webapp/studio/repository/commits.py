"""An area in a git repository: given out as a commit, taken in from one.

The git program works in a folder of its own that is thrown away: nothing is checked out, no
hook runs, no setting of the machine counts, nothing is asked at a terminal, and only the
protocols listed here are spoken.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from engine.catalogue.bundle import KEPT, Bundle
from engine.catalogue.folder import LARGEST, MOST_FILES, must_be_area, must_be_files
from engine.errors import Problem, RulesBroken
from engine.model.person import Actor
from engine.settings import StudioSettings

PATIENCE: Final = 60.0  #: seconds for one step of git
PROTOCOLS: Final = ("file", "https", "ssh")
_FIXED: Final = (
    *("-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never"),
    *(part for each in PROTOCOLS for part in ("-c", f"protocol.{each}.allow=always")),
)
_ADDRESS: Final = re.compile(r"(?:https|ssh|file)://[^\s-][^\s]*|/[^\s]*")
_BRANCH: Final = re.compile(r"[A-Za-z0-9][\w./-]{0,99}")
_PLAIN: Final = frozenset({"100644", "100755"})  #: modes of files; a link has another


def publish(bundle: Bundle, area: str, note: str, *, actor: Actor, site: StudioSettings) -> str:
    """Make the area's folder in the repository what a bundle holds, as one commit.

    Returns:
        The commit; nothing where nothing was different.

    Raises:
        RulesBroken: the repository does not answer, or somebody pushed meanwhile.
    """
    must_be_area(area)
    with _opened(site) as git:
        parent = git.fetched()
        if parent:
            git.run("read-tree", parent)
        listed = git.run("ls-files", "-z", "--", f"{area}/").split(b"\0")
        lines = [b"0 " + b"0" * 40 + b"\t" + name for name in listed if name]
        for name, content in bundle.files.items():
            blob = git.run("hash-object", "-w", "--stdin", given=content).strip()
            lines.append(b"100644 " + blob + b"\t" + f"{area}/{name}".encode())
        git.run("update-index", "-z", "--index-info", given=b"\0".join(lines) + b"\0")
        tree = git.run("write-tree").strip().decode()
        if parent and tree == git.run("rev-parse", f"{parent}^{{tree}}").strip().decode():
            return ""
        parents = ("-p", parent) if parent else ()
        said = note.strip() or area
        made = git.run("commit-tree", tree, *parents, given=said.encode(), author=actor)
        commit = made.strip().decode()
        pushed = f"{commit}:refs/heads/{site.git_branch}"
        git.run("push", "--quiet", site.git_repository, pushed)
        return commit


def taken(area: str, *, site: StudioSettings) -> dict[str, bytes]:
    """Return the files of the area's folder in the repository.

    Raises:
        RulesBroken: the repository does not answer, or what lies there is refused.
    """
    must_be_area(area)
    with _opened(site) as git:
        commit = git.fetched()
        listed = git.run("ls-tree", "-r", "-z", "-l", commit, f"{area}/") if commit else b""
        found = dict(_files(git, area, listed))
    if not found:
        raise RulesBroken([Problem("STU-008", "files", {"name": f"{area}/"})])
    must_be_files(found)
    return found


def _files(git: _Git, area: str, listed: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what belongs to an area; what it is not deployed with stays where it is."""
    entries = [each for each in listed.decode("utf-8", "replace").split("\0") if each]
    if len(entries) > MOST_FILES:
        raise RulesBroken([Problem("STU-004", "files", {"files": str(MOST_FILES), "size": "16"})])
    for each in entries:
        facts, _, path = each.partition("\t")
        mode, _kind, blob, size = facts.split()
        name = path.removeprefix(f"{area}/")
        if not name.endswith(KEPT):
            continue
        if mode not in _PLAIN or int(size) > LARGEST:
            raise RulesBroken([Problem("STU-002", "files", {"name": name[:80]})])
        yield name, git.run("cat-file", "blob", blob)


class _Git:
    """A repository of its own, without a working tree."""

    def __init__(self, folder: Path, site: StudioSettings) -> None:
        self._folder, self._site = folder, site

    def fetched(self) -> str:
        """Fetch the branch; return its commit, nothing where the repository has no branch yet."""
        branch = f"refs/heads/{self._site.git_branch}"
        if not self.run("ls-remote", "--quiet", self._site.git_repository, branch).strip():
            return ""
        asked = ("--quiet", "--depth=1", "--no-tags", self._site.git_repository, branch)
        self.run("fetch", *asked)
        return self.run("rev-parse", "FETCH_HEAD").strip().decode()

    def run(self, *arguments: str, given: bytes = b"", author: Actor | None = None) -> bytes:
        """Run git and return what it prints.

        Raises:
            RulesBroken: it fails, takes too long, or is not installed.
        """
        try:
            done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
                ["git", *_FIXED, *arguments],  # noqa: S607 - the system's
                cwd=self._folder,
                env=_environment(self._folder, author),
                input=given,
                capture_output=True,
                timeout=PATIENCE,
                check=True,
            )
        except subprocess.CalledProcessError as failed:
            raise _refused(failed.stderr.decode(errors="replace")) from None
        except (OSError, subprocess.TimeoutExpired) as failed:
            raise _refused(type(failed).__name__) from None
        return done.stdout


@contextmanager
def _opened(site: StudioSettings) -> Iterator[_Git]:
    """Give an empty repository that goes when it is done with.

    Raises:
        RulesBroken: the site's settings name no repository or branch that may be.
    """
    if not (_ADDRESS.fullmatch(site.git_repository) and _BRANCH.fullmatch(site.git_branch)):
        raise _refused("DIVAN_GIT_REPOSITORY")
    with TemporaryDirectory(prefix="divan-git-") as folder:
        git = _Git(Path(folder), site)
        git.run("init", "--quiet", "--bare", ".")
        yield git


def _environment(folder: Path, author: Actor | None) -> Mapping[str, str]:
    name = author.name_en if author else "Divan"
    address = f"{author.username if author else 'divan'}@localhost"
    who = {
        f"GIT_{each}_{what}": said
        for each in ("AUTHOR", "COMMITTER")
        for what, said in (("NAME", name), ("EMAIL", address))
    }
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
        **who,
    }


def _refused(why: str) -> RulesBroken:
    """Return what to raise; passwords in addresses are not told."""
    said = re.sub(r"//[^/@\s]*@", "//", why).strip()[-300:]
    return RulesBroken([Problem("STU-016", "files", {"why": said})])
