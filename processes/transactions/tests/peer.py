"""The browser's code at work, in node: the same modules that pages load, with node's WebCrypto."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
_OWN = Path(sys.executable).parent / "node"
NODE = str(_OWN) if _OWN.exists() else shutil.which("node")


class Refused(Exception):
    """The browser's code refused."""


class Browser:
    """Asks the browser's code to do something."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, act: str, **told: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"act": act, **told}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["done"]


@contextmanager
def browser() -> Iterator[Browser]:
    """Give one that ends with the block."""
    assert NODE, "node built the front end, so there is one"
    with subprocess.Popen(
        [NODE, str(ROOT / "frontend" / "test" / "sealing-peer.mjs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", "")},
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            yield Browser(process)
        finally:
            process.stdin and process.stdin.close()
            process.wait(timeout=60)
