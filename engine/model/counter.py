"""Numbers without gaps, drawn inside the transaction that uses them."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Counter(Base):
    """The last number given in one series, such as ``payment_order/D07/1405``."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]
