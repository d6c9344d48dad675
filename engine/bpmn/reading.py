"""The order in which a process is read: from its start, each step after all that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def along(start: str, behind: Callable[[str], Iterable[str]], seen: set[str]) -> list[str]:
    """Return what is reached from ``start``, each after all that leads to it, loops left aside.

    Args:
        behind: what follows an element; of several what is to be read first comes last.
        seen: what was read before and is left out; what is returned is added to it.
    """
    left: list[str] = []
    seen.add(start)
    path = [(start, iter(behind(start)))]
    while path:
        current, following = path[-1]
        ahead = next((each for each in following if each not in seen), None)
        if ahead is None:
            left.append(current)
            path.pop()
        else:
            seen.add(ahead)
            path.append((ahead, iter(behind(ahead))))
    return left[::-1]
