"""Doing something in a process of its own, before others begin as copies of this one."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Final

from engine.storage.database import Database

_PR_SET_PDEATHSIG: Final = 1  #: of Linux's prctl(2)


def apart(database: Database, act: Callable[[], object]) -> None:
    """Do something in a process of its own, and wait for it.

    Whatever sets a PDF begins threads, which a copy of its process would not have: the first PDF
    of a serving process waits for them for ever, if what it is a copy of has set any.

    Raises:
        SystemExit: it failed; why stands on the error output.
    """
    database.dispose()  # connections do not cross a fork
    parent, child = os.getpid(), os.fork()
    if not child:
        code = 1
        try:
            die_with(parent)
            act()
            code = 0
        except BaseException:  # noqa: BLE001 - the process ends here
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise SystemExit(code)


def die_with(parent: int) -> None:
    """Let this process be killed when its parent ends; elsewhere than on Linux it is left alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the kernel was told
            os._exit(1)
