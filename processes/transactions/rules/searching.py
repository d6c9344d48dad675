"""Whether a notice fits what somebody looks for; the same as the search of notices finds."""

from __future__ import annotations

from dataclasses import dataclass

from engine.values import Rial, normalise


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; what is empty, or nothing, does not matter."""

    words: str = ""
    unit: str = ""
    category: str = ""
    method: str = ""
    least: Rial | None = None  #: of the estimate before tax
    most: Rial | None = None


@dataclass(frozen=True, slots=True)
class Noticed:
    """A notice, as far as it is looked for."""

    texts: tuple[str, ...]  #: number, title, description
    unit: str
    category: str
    method: str
    estimate: Rial


def fits(search: Search, notice: Noticed) -> bool:
    """Tell whether a notice has every word, and all else that is looked for.

    >>> notice = Noticed(("D07-T-1", "روکش آسفالت"), "D07", "WORKS", "PUBLIC_TENDER", Rial(9))
    >>> fits(Search("آسفالت d07", most=Rial(9)), notice), fits(Search("آسفالت پل"), notice)
    (True, False)
    """
    texts = [normalise(each).casefold() for each in notice.texts]
    words = normalise(search.words).casefold().split()
    return (
        all(any(word in each for each in texts) for word in words)
        and search.unit in ("", notice.unit)
        and search.category in ("", notice.category)
        and search.method in ("", notice.method)
        and (search.least is None or notice.estimate >= search.least)
        and (search.most is None or notice.estimate <= search.most)
    )
