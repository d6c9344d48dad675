"""The thread of a worker that keeps its promises while the others run jobs.

It gives signs of life, lengthens leases, replaces a thread that hangs in a job, and makes
the round for all workers when it is time.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Final

import structlog

from engine.catalogue.chores import CHORES, Turn
from engine.commands import (
    archiving,
    content_checks,
    digests,
    documents,
    jobs,
    notifying,
    renewing,
    reports,
    rounds,
    sealing,
    tallying,
    upkeep,
    webhooks,
)
from engine.commands.sealing import Seal
from engine.connectors import SITE, anchoring
from engine.jobs.bell import RING_AGAIN
from engine.jobs.seat import Seat, Shift
from engine.model.worker import WorkerRow
from engine.settings import JobSettings
from engine.signing.stamps import stamper
from engine.storage import certificates
from engine.storage.document_store import DocumentStore

log = structlog.get_logger()

TICK: Final = 1.0  #: seconds between two looks around
TICK_OF_OPENINGS: Final = 60.0  #: seconds between two looks at which offices open
TICK_OF_SEALS: Final = 15.0  #: seconds between two looks at whether the journal is to be sealed
PATIENCE: Final = 10  #: leases that an attempt may take when its job does not say


class Keeper:
    """Keeps the promises of one worker."""

    def __init__(
        self,
        shift: Shift,
        seats: list[Seat],
        row: WorkerRow,
        settings: JobSettings,
        documents: DocumentStore | None = None,
        seal: Seal | None = None,
    ) -> None:
        self._shift = shift
        self._seats = seats
        self._row = row
        self._settings = settings
        self._documents = documents
        self._seal = seal
        self._next_sweep = 0.0
        self._next_look = 0.0
        self._next_forgetting = 0.0
        self._next_openings = 0.0
        self._next_renewal = 0.0
        self._next_stamps = 0.0
        self._next_seal = 0.0
        self._next_deliveries = 0.0
        self._next_looking_back = 0.0
        self._next_beat = 0.0
        self._next_count = 0.0
        self._next_chores: dict[str, float] = {}
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker-keeper", daemon=True)

    def start(self) -> None:
        """Begin to keep them."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and say that the worker has left."""
        self._closed.set()
        self._thread.join(10)
        try:
            upkeep.leave(self._shift.database.unit_of_work(), self._row.name)
        except Exception:  # it will be forgotten like one that died
            log.exception("worker.left_unsaid")

    def _work(self) -> None:
        while not self._closed.wait(min(TICK, self._settings.heartbeat.total_seconds())):
            for task in (
                self._replace_hanging,
                self._give_sign,
                self._make_round,
                self._sweep_documents,
                self._look_at_contents,
                self._forget_notices,
                self._plan_digests,
                self._renew_certificates,
                self._renew_stamps,
                self._seal_journal,
                self._tell_webhooks,
                self._count_cases,
                self._do_chores,
            ):
                try:
                    task()
                except Exception:  # the database is away: the next tick tries again
                    log.exception("worker.keeper_failed")

    def _replace_hanging(self) -> None:
        usual = PATIENCE * self._settings.lease.total_seconds()
        for place, seat in enumerate(self._seats):
            job = seat.overstayed(usual)
            if job is None:
                continue
            log.error("job.hangs", job=str(job.id), topic=job.topic, worker=self._row.name)
            rest = seat.give_up()
            self._seats[place] = Seat(self._shift, seat.number)
            self._seats[place].start()
            jobs.give_back(self._shift.database.unit_of_work(), rest)

    def _give_sign(self) -> None:
        if time.monotonic() < self._next_beat:
            return
        at = self._shift.clock()
        self._row.beat_at = at
        self._row.stopping = self._shift.over.is_set()
        held = [job for seat in self._seats for job in seat.held]
        until = at + self._settings.lease
        lost = upkeep.give_sign(self._shift.database.unit_of_work(), self._row, held, until)
        at_work = {job.id for seat in self._seats for job in seat.held}
        for job in lost:
            if job.id in at_work:  # the others ended between the look and the sign
                log.warning("job.lease_lost", job=str(job.id), worker=self._row.name)
        self._next_beat = time.monotonic() + self._settings.heartbeat.total_seconds()

    def _make_round(self) -> None:
        database, at = self._shift.database, self._shift.clock()
        if not upkeep.is_round_due(database, at):
            return
        if not upkeep.make_round(database, at, message_days=self._settings.message_days):
            return
        unheard = upkeep.ready_unheard(
            database, at - timedelta(seconds=RING_AGAIN), self._settings.in_flight
        )
        if unheard:
            self._shift.bell.ring(unheard)

    def _forget_notices(self) -> None:
        """Forget what people were told long ago; all workers together do so every few hours."""
        if time.monotonic() < self._next_forgetting:
            return
        self._next_forgetting = time.monotonic() + notifying.EVERY.total_seconds()
        shift, days = self._shift, self._settings.notice_days
        gone = notifying.forget(shift.database, shift.clock(), days=days)
        if gone:
            log.info("notices.forgotten", count=gone)

    def _plan_digests(self) -> None:
        """Plan letters of the morning and reports of a site that sends mail, when it is time."""
        if not SITE.mail.host or time.monotonic() < self._next_openings:
            return
        self._next_openings = time.monotonic() + TICK_OF_OPENINGS
        digests.plan_openings(self._shift.database, self._shift.clock())
        reports.plan_due(self._shift.database, self._shift.clock())

    def _renew_certificates(self) -> None:
        """Renew what signs here before it ends, or tell who has to."""
        if SITE.vault is None or time.monotonic() < self._next_renewal:
            return
        self._next_renewal = time.monotonic() + renewing.EVERY.total_seconds()
        shift, ahead = self._shift, timedelta(days=SITE.signing.renewal)
        done = renewing.renew(shift.database, SITE.vault, shift.clock(), ahead)
        if done is not None and done.authority:
            log.info("signing.authority_renewed")

    def _renew_stamps(self) -> None:
        """Give signed documents another archive timestamp before the last one ends."""
        vault = SITE.vault
        if self._documents is None or vault is None or time.monotonic() < self._next_stamps:
            return
        self._next_stamps = time.monotonic() + archiving.EVERY.total_seconds()
        means = archiving.Means(
            self._documents,
            lambda session, at: certificates.trust(session, vault, SITE.trusts(), at),
            stamper(SITE.signing.stamps),
            timedelta(days=SITE.signing.renewal),
        )
        done = archiving.renew(self._shift.database, means, self._shift.clock())
        if done.renewed or done.failed:
            log.info("documents.stamped", renewed=done.renewed, failed=done.failed)

    def _tell_webhooks(self) -> None:
        """Plan what webhooks are told of what is new, and forget what they were told long ago."""
        shift, now = self._shift, time.monotonic()
        if now >= self._next_deliveries:
            self._next_deliveries = now + webhooks.EVERY.total_seconds()
            webhooks.plan_deliveries(shift.database, shift.clock())
        if now >= self._next_looking_back:
            self._next_looking_back = now + webhooks.FORGET_EVERY.total_seconds()
            webhooks.forget(shift.database, shift.clock(), days=SITE.outbound.days)

    def _count_cases(self) -> None:
        """Count the cases for the bridge, the more seldom the longer it takes."""
        if time.monotonic() < self._next_count:
            return
        began = time.monotonic()
        tallying.count(self._shift.database, self._shift.clock())
        took = time.monotonic() - began
        self._next_count = began + max(tallying.EVERY.total_seconds(), tallying.REST * took)

    def _do_chores(self) -> None:
        """Do what areas have to do every so often, unless another worker just did."""
        if self._documents is None:
            return
        database, at, now = self._shift.database, self._shift.clock(), time.monotonic()
        for name, each in CHORES.items():
            if now < self._next_chores.get(name, 0.0):
                continue
            self._next_chores[name] = now + each.every.total_seconds()
            if rounds.make(database, f"chore: {name}", each.every, at, lambda _: True):
                try:
                    each.do(Turn(database, self._documents, SITE.taking, at))
                except Exception:  # of one area: the others' are done all the same
                    log.exception("worker.chore_failed", chore=name)

    def _seal_journal(self) -> None:
        """Seal what was done, and tell the anchor; one worker does so once a minute."""
        if self._seal is None or time.monotonic() < self._next_seal:
            return
        self._next_seal = time.monotonic() + TICK_OF_SEALS
        database, at = self._shift.database, self._shift.clock()
        if sealing.is_due(database, at):
            sealing.seal(database, self._seal.key, at)
            sealing.anchor(database, self._seal.anchor)
            anchoring.tell(database, SITE.anchors, SITE.mail, at)

    def _sweep_documents(self) -> None:
        """Look for contents left over; all workers together do so once an hour."""
        if self._documents is None or time.monotonic() < self._next_sweep:
            return
        self._next_sweep = time.monotonic() + documents.EVERY.total_seconds()
        gone = documents.sweep(self._shift.database, self._documents, self._shift.clock())
        if gone:
            log.info("documents.swept", count=gone)

    def _look_at_contents(self) -> None:
        """Compare some contents with their hashes; all workers together read all in a quarter."""
        if self._documents is None or time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + content_checks.EVERY.total_seconds()
        shift = self._shift
        looked_at, damaged = content_checks.look(shift.database, self._documents, shift.clock())
        if damaged:
            log.error("documents.damaged", count=damaged, looked_at=looked_at)
