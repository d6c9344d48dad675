"""feelin (npm, MIT) on Node: FEEL on binary floats, each text read anew at each evaluation."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.peers import CACHE, HERE, PeerAbsent, run

_HERE: Final = HERE / "feelin"


@dataclass(frozen=True, slots=True)
class Feelin:
    """feelin in a process of its own, which stays warm."""

    process: subprocess.Popen[str]

    def evaluated(
        self, expressions: Sequence[str], scope: Mapping[str, object], times: int, repeats: int
    ) -> tuple[list[Any], list[float]]:
        """Return the values, and the microseconds of one evaluation of each: the best repeat."""
        asked = {"expressions": expressions, "scope": scope, "times": times, "repeats": repeats}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("feelin ended")
        told = json.loads(line)
        return told["values"], told["took"]


@contextmanager
def running() -> Iterator[Feelin]:
    """Run it until the block ends.

    Raises:
        PeerAbsent: there is no Node, or npm could not install it.
    """
    node = _installed()
    environment = os.environ | {"PEER_MODULES": str(CACHE / "feelin")}
    process = subprocess.Popen(
        [node, "evaluate.mjs"],
        cwd=_HERE,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Feelin(process)
    finally:
        process.terminate()
        process.wait(60)


def _installed() -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise PeerAbsent("there is no Node with npm")
    folder = CACHE / "feelin"
    if not (folder / "node_modules" / "feelin").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(_HERE / "package.json", folder)
        run([npm, "install", "--no-audit", "--no-fund"], folder)
    return node
