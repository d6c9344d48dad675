"""What is announced of a transaction: the rows of the table in `domain.md` §3.10.

An event holds only what may be public when it happens: tenderers and prices come with the
opening and the decision, never before.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from engine.values import Rial


class Method(enum.Enum):
    """How a supplier is found; the value is the code of OCDS and the Persian name of the method."""

    PUBLIC = ("open", "مناقصه عمومی یک‌مرحله‌ای")
    TWO_STAGE = ("open", "مناقصه دومرحله‌ای")
    REVERSE_AUCTION = ("open", "حراج معکوس")
    PREQUALIFIED = ("selective", "مناقصه با ارزیابی کیفی")
    LIMITED = ("limited", "مناقصه محدود")
    QUOTATIONS = ("limited", "استعلام کتبی سه‌گانه")
    DIRECT = ("direct", "خرید مستقیم")
    WAIVER = ("direct", "ترک تشریفات مناقصه")
    CALL_OFF = ("direct", "سفارش از قرارداد چارچوب")
    MINI_COMPETITION = ("selective", "رقابت طرف‌های قرارداد چارچوب")

    @property
    def code(self) -> str:
        """The code of ``method.csv``."""
        return self.value[0]

    @property
    def persian(self) -> str:
        """What the law calls it."""
        return self.value[1]


class Category(enum.Enum):
    """What is bought: the codes of ``procurementCategory.csv``."""

    GOODS = "goods"
    WORKS = "works"
    SERVICES = "services"


class DocumentType(enum.Enum):
    """Codes of ``documentType.csv``."""

    NOTICE = "tenderNotice"
    BIDDING = "biddingDocuments"
    SPECIFICATION = "technicalSpecifications"
    CONTRACT_DRAFT = "contractDraft"
    EVALUATION = "evaluationReports"
    AWARD = "awardNotice"
    CONTRACT = "contractSigned"
    FINAL_AUDIT = "finalAudit"
    COMPLETION = "completionCertificate"


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation; a person's national code is never an id here."""

    id: str  #: a code of ours (``D07``), or the scheme and number of a firm
    name: str
    scheme: str = ""  #: of an official register, such as ``IR-NLI``
    number: str = ""  #: in it

    @classmethod
    def of_firm(cls, legal_id: str, name: str) -> Party:
        """Return a firm by its national id for legal entities (شناسهٔ ملی).

        >>> Party.of_firm("14012345679", "Sample B").id
        'IR-NLI-14012345679'
        """
        return cls(f"IR-NLI-{legal_id}", name, "IR-NLI", legal_id)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of what is bought."""

    id: str
    description: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document that anybody may have."""

    id: str
    type: DocumentType
    title: str
    url: str = ""
    format: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that is due, or was."""

    id: str
    type: str  #: ``delivery``, ``payment``, ``assessment``
    title: str
    due: datetime
    met: datetime | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """Another process that this one follows from: codes of ``relatedProcess.csv``."""

    relationship: str  #: ``unsuccessfulProcess`` of a re-tender, ``framework`` of a call-off
    ocid: str
    title: str


@dataclass(frozen=True, slots=True)
class Process:
    """A transaction as the public knows it; nothing of it ever changes."""

    number: str  #: of the case, such as ``1404-D07-T-0042``
    prefix: str  #: of the publisher, such as ``ocds-xxxxxx``
    buyer: Party
    related: tuple[Relation, ...] = ()
    language: str = "fa"

    @property
    def ocid(self) -> str:
        """The id of the process everywhere; it never changes, also not for a second winner."""
        return f"{self.prefix}-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    at: datetime  #: aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned(_Event):
    """A line of the plan is approved and its credit reserved; once more where it grew."""

    rationale: str
    budget_id: str
    budget_description: str
    amount: Rial
    project_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called(_Event):
    """Firms are called to hand in the papers by which it is found who may bid."""

    title: str
    description: str
    category: Category
    items: tuple[Item, ...]
    papers: Span  #: within which they are taken
    deadline: Milestone  #: the end of it, which stands when the notice has said its own period


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortListed(_Event):
    """It is found who may bid: these, and nobody else."""

    firms: tuple[Party, ...]
    deadline: Milestone


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed(_Event):
    """The notice is out; of a purchase without one, what is bought, how and why so."""

    title: str
    description: str
    method: Method
    category: Category
    items: tuple[Item, ...]
    estimate: Rial | None  #: ``None``: the estimate is not public
    weighs_quality: bool = False
    method_reason: str = ""  #: of a method that is not the usual one
    bidding: Span | None = None
    enquiries: Span | None = None
    documents: tuple[Document, ...] = ()
    procuring_entity: Party | None = None  #: where another than the buyer runs it
    short_list: tuple[Party, ...] = ()  #: whom a pre-qualification found fit, and who may bid


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(_Event):
    """The documents changed after the notice."""

    amendment: str  #: its number
    reason: str
    description: str = ""
    bidding: Span | None = None  #: where the deadline moved
    documents: tuple[Document, ...] = ()
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(_Event):
    """The buyer gives it up; before the notice the plan is withdrawn."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(_Event):
    """No bid, or none that could be taken."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BidsOpened(_Event):
    """The envelopes were opened: who took part is no secret any more."""

    tenderers: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Award:
    """Whom the commission named, and at which price."""

    no: int
    supplier: Party
    value: Rial
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(_Event):
    """It is decided; complaints may come until the window ends, where there is one."""

    award: Award
    is_final: bool = False  #: no window: the award stands at once


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowEnded(_Event):
    """Nobody may complain any more: the award stands."""

    award_no: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(_Event):
    """A winner did not sign: the second stands in, or nobody."""

    award_no: int
    reason: str
    successor: Award | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed(_Event):
    """The contract is signed."""

    contract_no: str
    award_no: int
    title: str
    value: Rial
    period: Span | None = None
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplemented(_Event):
    """A supplement (الحاقیه) changed the contract."""

    contract_no: str
    amendment: str
    reason: str
    value: Rial
    period: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid(_Event):
    """Money went to the supplier, as a statement or an invoice asked."""

    contract_no: str
    transaction: str  #: its number
    amount: Rial
    payee: Party
    on: date | None = None  #: the bank's day; ``None``: that of the event
    payer: Party | None = None  #: where another than the buyer pays
    source: str = ""  #: address of what was paid
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(_Event):
    """Final acceptance, or termination: the contract is over."""

    contract_no: str
    documents: tuple[Document, ...] = field(default=())


Event: TypeAlias = (
    Planned | Called | ShortListed | Noticed | Changed | Cancelled | Failed | BidsOpened | Decided
    | WindowEnded | Refused | Signed | Supplemented | Paid | Finished
)  # fmt: skip
