"""What makes the newer version of an area of the older."""

from __future__ import annotations

from dataclasses import dataclass

from engine import changes
from engine.catalogue.bundle import Bundle
from engine.changes import Added, Change, Comparison
from engine.versions.trees import tree_of


@dataclass(frozen=True, slots=True)
class Versions:
    """Two versions of an area and all that is different about them."""

    old: Bundle
    new: Bundle
    comparison: Comparison
    rewritten: tuple[str, ...]  #: files that say the same, written down otherwise

    @property
    def changes(self) -> tuple[Change, ...]:
        """What makes the newer of the older."""
        return self.comparison.changes

    @property
    def touched(self) -> frozenset[str]:
        """The files that came, went or say something else."""
        return frozenset(
            each.part.mark if isinstance(each, Added) and not each.place else each.place[0].mark
            for each in self.changes
            if each.place or isinstance(each, Added)
        )


def compare(old: Bundle, new: Bundle) -> Versions:
    """Tell two bundles apart; neither has to be fit to be deployed, or to be readable."""
    older = tree_of(old)
    alike = {
        each.mark: each for each in older.parts if new.files.get(each.mark) == old.files[each.mark]
    }
    comparison = changes.compare(older, tree_of(new, alike))
    touched = {each.place[0].mark for each in comparison.changes if each.place}
    rewritten = tuple(
        name
        for name, content in new.files.items()
        if name not in touched and old.files.get(name, content) != content
    )
    return Versions(old, new, comparison, rewritten)
