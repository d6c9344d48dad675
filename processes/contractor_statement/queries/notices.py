"""Where is the contractor of a contract written to?"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.contractor_statement.records import NoticeAddress


def notice_address(session: Session, contract_id: UUID) -> NoticeAddress | None:
    """Return the address in force, nothing where nobody is written to."""
    query = select(NoticeAddress).where(
        NoticeAddress.contract_id == contract_id, NoticeAddress.replaced_at.is_(None)
    )
    return session.scalar(query)
