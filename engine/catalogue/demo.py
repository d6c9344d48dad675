"""What an area's demonstration asks of the people in it: the acts it may have them do.

An area tells *stories*: what happened to a case, moment by moment. Whoever loads the
demonstration lets demo people do that through the commands everybody else uses, all stories
together in the order of their moments, so that numbers, trails and deadlines come out as
they would have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias
from uuid import UUID

if TYPE_CHECKING:
    from engine.model.person import Actor
    from engine.storage.database import UnitOfWork
    from engine.storage.document_store import DocumentStore

#: What happened, told up to the next moment each time that is given; moments never go back.
Story: TypeAlias = Iterator[datetime]


class DemoOffice(Protocol):
    """Where demo people work; people are told by user name."""

    @property
    def now(self) -> datetime:
        """The moment the demonstration is loaded; nothing happens after it."""

    @property
    def at(self) -> datetime:
        """The moment a story has come to."""

    def unit_of_work(self) -> UnitOfWork:
        """Return a transaction for what the area brings in by commands of its own."""

    @property
    def store(self) -> DocumentStore:
        """Where the contents of documents lie."""

    def actor(self, username: str) -> Actor:
        """Return a demo person, for what the area lets people do by commands of its own."""

    def sign(self, told: bytes) -> bytes:
        """Return the site's signature on what it says."""

    def pages(self) -> AbstractContextManager[object]:
        """Be where a page is answered, at the story's moment: there an area's pages print."""

    def start(self, process_id: str, by: str, **values: Any) -> DemoCase:
        """Start a case."""

    def keep_filter(self, name: str, query: str, by: str, desk: str | None = None) -> None:
        """Save a filter of the list, for everybody at ``desk`` where one is named."""


class DemoCase(Protocol):
    """One case of the demonstration."""

    @property
    def instance_id(self) -> UUID:
        """The case."""

    @property
    def variables(self) -> Mapping[str, Any]:
        """What the case knows now."""

    def called(self) -> DemoCase:
        """Return the case that this one has called and waits for."""

    def claim(self, step: str, by: str) -> None:
        """Take the open task of a step."""

    def answer(self, step: str, by: str, outcome: str = "approve", **values: Any) -> None:
        """Take the open task of a step, unless it is taken, and answer it."""

    def delegate(self, step: str, by: str, to: str, note: str) -> None:
        """Take the open task of a step and let somebody work on it."""

    def snooze(self, step: str, by: str, until: datetime) -> None:
        """Put the open task of a step off."""

    def say(self, text: str, by: str) -> None:
        """Say something about the case; ``@name`` mentions somebody."""

    def attach(self, step: str, by: str, name: str, content: bytes) -> None:
        """Hand a document in with an open task that is held."""
