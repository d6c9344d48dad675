"""What the sentences about two versions share: both of them, with their names in one language."""

from __future__ import annotations

from engine.versions import Versions
from webapp.manner import Manner
from webapp.versions.names import Names
from webapp.versions.sentences import Saying


class Both:
    """Two versions, as they are spoken of in one language."""

    def __init__(self, versions: Versions, manner: Manner) -> None:
        self.versions = versions
        self.saying = Saying(manner)
        self.old = Names(versions.comparison.old, self.saying)
        self.new = Names(versions.comparison.new, self.saying)

    def element(self, file: str, element_id: str) -> str:
        """Return what an element is called now, or was, if it is no more."""
        names = self.new if element_id in self.new.drawn(file) else self.old
        return names.element(file, element_id)

    def step(self, process_id: str, element_id: str) -> str:
        """Return what an element of a process is called now, or was, if it is no more."""
        return self.element(self.file_of(process_id), element_id)

    def file_of(self, process_id: str) -> str:
        """Return the diagram of a process; where there is none, nothing."""
        found = self.new.processes.get(process_id) or self.old.processes.get(process_id)
        return found[0] if found else ""
