"""Acts of approval: what somebody confirmed, by what, and what was seen.

The content is the canonical JSON of the act; its SHA-256 is kept beside it, so that a
later step can tell whether the act still stands (R-STM-27). Electronic signatures
extend this table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import simplejson
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id

#: outcome of an act that is no approval of a step: somebody was excepted from a rule for it
EXCEPTION: Final = "exception"


class Act(Base):
    """One approval of one step by one person."""

    __tablename__ = "act"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), index=True)
    task_id: Mapped[UUID] = mapped_column(index=True)
    element_id: Mapped[str]
    actor: Mapped[str]
    desk: Mapped[str]
    outcome: Mapped[str | None]
    method: Mapped[str]  #: what really confirmed it: `engine.model.sign_in.Method.recorded`
    at: Mapped[datetime]
    content: Mapped[str]  #: canonical JSON of the act
    content_hash: Mapped[str]
    voided_at: Mapped[datetime | None]  #: set when the step was undone by a return
    #: a person in it was made anonymous: the hash is of what was confirmed, not of what is left
    erased_at: Mapped[datetime | None]

    @property
    def done_for(self) -> str | None:
        """The user name of whom the actor stood in for, as it was confirmed."""
        if self.outcome == EXCEPTION:  # there it is who is excepted
            return None
        said = simplejson.loads(self.content).get("for")
        return said if isinstance(said, str) else None

    @property
    def is_intact(self) -> bool:
        """Tell whether the content is still what was confirmed, and not voided."""
        is_same = self.erased_at is not None or hash_of(self.content) == self.content_hash
        return self.voided_at is None and is_same


def canonical(content: Mapping[str, Any]) -> str:
    """Return ``content`` as JSON that is the same for the same facts: sorted, compact, UTF-8."""
    return str(
        simplejson.dumps(
            content, use_decimal=True, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
    )


def hash_of(text: str) -> str:
    """Return the SHA-256 of ``text`` as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
