"""A release of what has happened: the facts of an event in the words of OCDS 1.1.5.

A release tells what is new, and every organisation that it names with all the roles it has had so
far. What was published before is the only thing it is made beside, so that releases of a process
can be made one by one, for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import singledispatchmethod
from typing import Any, TypeAlias

from processes.transactions.publication.events import (
    Award,
    BidsOpened,
    Called,
    Cancelled,
    Changed,
    Decided,
    Document,
    Event,
    Failed,
    Finished,
    Method,
    Noticed,
    Paid,
    Party,
    Planned,
    Process,
    Refused,
    ShortListed,
    Signed,
    Supplemented,
    WindowEnded,
)
from processes.transactions.publication.merging import compiled
from processes.transactions.publication.shapes import (
    Told,
    by_id,
    day,
    document,
    item,
    milestone,
    moment,
    periods,
    relations,
    span,
    submission,
    value,
)

_Published: TypeAlias = Sequence[Mapping[str, Any]]


def release(process: Process, event: Event, before: _Published) -> Told:
    """Return the release of an event.

    Args:
        before: what was published of this process, in any order.

    Raises:
        ValueError: the event cannot follow: it is older than what was published, or tells of an
            award or a contract that there is not.
    """
    date = moment(event.at)
    if before and date < max(str(each["date"]) for each in before):
        raise ValueError(f"{process.ocid}: {date} is before what was published")
    now = compiled(before) if before else {}
    told = _Telling(process, now, date, before)
    tag, body = told.of(event)
    made: Told = {
        "ocid": process.ocid,
        "id": told.release_id,
        "date": date,
        "tag": [tag],
        "initiationType": "tender",
        "language": process.language,
        "parties": [],
        "buyer": told.reference(process.buyer, "buyer"),
        **body,
    }
    if not before and process.related:
        made["relatedProcesses"] = relations(process.related)
    made["parties"] = told.parties()
    return made


class _Telling:
    """One release in the making: whom it names, beside what was published."""

    def __init__(
        self, process: Process, now: Mapping[str, Any], date: str, before: _Published
    ) -> None:
        self.process = process
        self.now = now
        self.date = date
        self.before = before
        self.release_id = f"{process.number}-{len(before) + 1:02d}"
        self._named: dict[str, tuple[Party, set[str]]] = {}

    @singledispatchmethod
    def of(self, event: Event) -> tuple[str, Told]:
        """Return the tag of an event, and what it says."""
        raise TypeError(f"{type(event).__name__} is no event of a transaction")

    def reference(self, party: Party, *roles: str) -> Told:
        """Name an organisation in some roles."""
        self._named.setdefault(party.id, (party, set()))[1].update(roles)
        return {"id": party.id, "name": party.name}

    def parties(self) -> list[Told]:
        """Return everybody named, with the roles they have had in the process so far."""
        return [self._party(party, roles) for party, roles in self._named.values()]

    def _party(self, party: Party, roles: Iterable[str]) -> Told:
        known = by_id(self.now.get("parties", []), party.id) or {}
        told: Told = {"id": party.id, "name": party.name}
        if party.scheme:
            told["identifier"] = {
                "scheme": party.scheme,
                "id": party.number,
                "legalName": party.name,
            }
        return told | {"roles": sorted({*known.get("roles", []), *roles})}

    def _tender(self, **told: Any) -> Told:
        return {"id": self.process.number, **told}

    @of.register
    def _planned(self, event: Planned) -> tuple[str, Told]:
        budget = {
            "id": event.budget_id,
            "description": event.budget_description,
            "amount": value(event.amount),
        }
        if event.project_id:
            budget["projectID"] = event.project_id
        tag = "planningUpdate" if "planning" in self.now else "planning"
        return tag, {"planning": {"rationale": event.rationale, "budget": budget}}

    @of.register
    def _called(self, event: Called) -> tuple[str, Told]:
        """Tell the call as what begins the tender, as the standard would have it.

        Its one period is that of the first stage until the notice tells the second's.
        """
        tender = self._tender(
            title=event.title,
            description=event.description,
            status="active",
            procuringEntity=self.reference(self.process.buyer, "procuringEntity"),
            items=[item(each) for each in event.items],
            procurementMethod=Method.PREQUALIFIED.code,
            procurementMethodDetails=Method.PREQUALIFIED.persian,
            mainProcurementCategory=event.category.value,
            submissionMethod=submission(Method.PREQUALIFIED),
            milestones=[milestone(event.deadline)],
        )
        return "tender", {"tender": tender | periods(event.papers, None)}

    @of.register
    def _short_listed(self, event: ShortListed) -> tuple[str, Told]:
        for each in event.firms:
            self.reference(each, "interestedParty")
        return "tenderUpdate", {"tender": self._tender(milestones=[milestone(event.deadline)])}

    @of.register
    def _noticed(self, event: Noticed) -> tuple[str, Told]:
        entity = event.procuring_entity or self.process.buyer
        for each in event.short_list:
            self.reference(each, "interestedParty")
        tender = self._tender(
            title=event.title,
            description=event.description,
            status="active",
            procuringEntity=self.reference(entity, "procuringEntity"),
            items=[item(each) for each in event.items],
            procurementMethod=event.method.code,
            procurementMethodDetails=event.method.persian,
            mainProcurementCategory=event.category.value,
            awardCriteria="ratedCriteria" if event.weighs_quality else "priceOnly",
        )
        if event.method.code != "direct":
            tender["submissionMethod"] = submission(event.method)
        if event.estimate is not None:
            tender["value"] = value(event.estimate)
        if event.method_reason:
            tender["procurementMethodRationale"] = event.method_reason
        tender |= periods(event.bidding, event.enquiries)
        tag = "tenderUpdate" if "tender" in self.now else "tender"  # the call has begun it
        return tag, {"tender": tender | self._documents(event.documents)}

    @of.register
    def _changed(self, event: Changed) -> tuple[str, Told]:
        amendment = self._amendment(event.amendment, event.reason)
        if event.description:
            amendment["description"] = event.description
        told = periods(event.bidding, None) | self._documents(event.documents)
        if event.milestones:
            told["milestones"] = [milestone(each) for each in event.milestones]
        return "tenderAmendment", {"tender": self._tender(**told, amendments=[amendment])}

    @of.register
    def _cancelled(self, event: Cancelled) -> tuple[str, Told]:
        if "tender" not in self.now:
            return "planningUpdate", self._ended("withdrawn", event.reason)
        return "tenderCancellation", self._ended("cancelled", event.reason)

    @of.register
    def _failed(self, event: Failed) -> tuple[str, Told]:
        return "tenderUpdate", self._ended("unsuccessful", event.reason)

    def _ended(self, status: str, reason: str) -> Told:
        amendment = self._amendment(status, reason)
        return {"tender": self._tender(status=status, amendments=[amendment])}

    def _amendment(self, number: str, reason: str) -> Told:
        told = {
            "id": f"{self.release_id}-{number}",
            "date": self.date,
            "rationale": reason,
            "releaseID": self.release_id,
        }
        if self.before:
            newest = max(self.before, key=lambda each: str(each["date"]))
            told["amendsReleaseID"] = newest["id"]
        return told

    @of.register
    def _opened(self, event: BidsOpened) -> tuple[str, Told]:
        tenderers = [self.reference(each, "tenderer") for each in event.tenderers]
        return "tenderUpdate", {
            "tender": self._tender(
                status="complete", numberOfTenderers=len(tenderers), tenderers=tenderers
            )
        }

    @of.register
    def _decided(self, event: Decided) -> tuple[str, Told]:
        status = "active" if event.is_final else "pending"
        told: Told = {"awards": [self._award(event.award, status)]}
        if self.now.get("tender", {}).get("status") == "active":  # there was nothing to open
            told["tender"] = self._tender(status="complete")
        return "award", told

    @of.register
    def _window_ended(self, event: WindowEnded) -> tuple[str, Told]:
        return "awardUpdate", {"awards": [self._award_is(event.award_no, "active")]}

    def _award(self, award: Award, status: str) -> Told:
        return {
            "id": self._award_id(award.no),
            "status": status,
            "date": self.date,
            "value": value(award.value),
            "suppliers": [self.reference(award.supplier, "supplier")],
        } | self._documents(award.documents)

    def _award_id(self, no: int) -> str:
        return f"{self.process.number}-A{no}"

    def _award_is(self, no: int, status: str, **told: Any) -> Told:
        award = self._award_id(no)
        if by_id(self.now.get("awards", []), award) is None:
            raise ValueError(f"{self.process.ocid}: no award {award} was published")
        return {"id": award, "status": status, **told}

    @of.register
    def _refused(self, event: Refused) -> tuple[str, Told]:
        awards = [self._award_is(event.award_no, "cancelled", description=event.reason)]
        if event.successor is None:
            return "awardCancellation", {"awards": awards}
        return "awardUpdate", {"awards": [*awards, self._award(event.successor, "active")]}

    @of.register
    def _signed(self, event: Signed) -> tuple[str, Told]:
        contract = {
            "id": event.contract_no,
            "awardID": self._award_is(event.award_no, "active")["id"],
            "title": event.title,
            "status": "active",
            "value": value(event.value),
            "dateSigned": self.date,
            **({} if event.period is None else {"period": span(event.period)}),
        }
        return "contract", {"contracts": [contract | self._documents(event.documents)]}

    def _contract(self, number: str, **told: Any) -> Told:
        known = by_id(self.now.get("contracts", []), number)
        if known is None:
            raise ValueError(f"{self.process.ocid}: no contract {number} was published")
        return {"contracts": [{"id": number, "awardID": known["awardID"], **told}]}

    @of.register
    def _supplemented(self, event: Supplemented) -> tuple[str, Told]:
        told: Told = {"value": value(event.value)}
        if event.period is not None:
            told["period"] = span(event.period)
        amendment = self._amendment(event.amendment, event.reason)
        return "contractAmendment", self._contract(
            event.contract_no, **told, amendments=[amendment]
        )

    @of.register
    def _paid(self, event: Paid) -> tuple[str, Told]:
        transaction = {
            "id": event.transaction,
            "date": self.date if event.on is None else day(event.on),
            "value": value(event.amount),
            "payer": self.reference(event.payer or self.process.buyer, "payer"),
            "payee": self.reference(event.payee, "payee"),
        }
        if event.source:
            transaction["source"] = event.source
        implementation: Told = {"transactions": [transaction]}
        if event.milestones:
            implementation["milestones"] = [milestone(each) for each in event.milestones]
        return "implementation", self._contract(event.contract_no, implementation=implementation)

    @of.register
    def _finished(self, event: Finished) -> tuple[str, Told]:
        documents = self._documents(event.documents)
        told = {"implementation": documents} if documents else {}
        return "contractTermination", self._contract(event.contract_no, status="terminated", **told)

    def _documents(self, documents: Iterable[Document]) -> Told:
        told = [document(each, self.date, self.process.language) for each in documents]
        return {"documents": told} if told else {}
