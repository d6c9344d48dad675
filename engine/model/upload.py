"""Documents that were handed in with the form that starts a case, before there is one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class Upload(Base):
    """A document that waits for its case; what no start claims in time is forgotten.

    The case's document gets the same id, which the answers of the form name.
    """

    __tablename__ = "upload"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    process_id: Mapped[str]  #: of which process the form is
    field: Mapped[str]  #: of the form
    name: Mapped[str]  #: cleaned, with its extension
    kind: Mapped[str]  #: found from the content; a name of `engine.documents.KINDS`
    size: Mapped[int] = mapped_column(BigInteger)  #: bytes
    sha256: Mapped[str] = mapped_column(index=True)  #: hexadecimal digits
    scanned: Mapped[bool]  #: a virus scanner found nothing
    at: Mapped[datetime]
