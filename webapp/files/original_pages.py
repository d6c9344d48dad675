"""The paper that a document was scanned from: taken in, found true, allowed to go, gone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import originals
from engine.commands.originals import Ended, Sides
from engine.errors import RulesBroken
from engine.queries import documents as queries
from engine.queries.documents import Version
from engine.signing.errors import SigningRefused
from webapp.files.pages import bp, document_page
from webapp.request import current_actor, now, reader, services, unit_of_work


@bp.post("/<uuid:document_id>/original")
def take_original(instance_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Take in the paper that a document is a scan of."""
    sides = _sides(_newest(instance_id, document_id))
    return _done(
        instance_id,
        document_id,
        lambda: originals.take(
            unit_of_work(),
            document_id,
            request.form.get("received_from", ""),
            request.form.get("pages", ""),
            sides=sides,
            least_dpi=services().settings.documents.scan_dpi,
            actor=current_actor(),
            at=now(),
        ),
        _("The paper is taken in. Two people have to find the scan true."),
    )


@bp.post("/<uuid:document_id>/original/certify")
def certify_scan(instance_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Say that the version shown is the paper, whole and legible."""
    _newest(instance_id, document_id)
    sha256 = request.form.get("sha256", "")
    return _done(
        instance_id,
        document_id,
        lambda: originals.certify(
            unit_of_work(), document_id, sha256, actor=current_actor(), at=now()
        ),
        _("Written down: you found the scan true."),
    )


@bp.post("/<uuid:document_id>/original/allow")
def allow_destruction(instance_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Let the paper be destroyed."""
    _newest(instance_id, document_id)
    return _done(
        instance_id,
        document_id,
        lambda: originals.allow(unit_of_work(), document_id, actor=current_actor(), at=now()),
        _("The paper may be destroyed."),
    )


@bp.post("/<uuid:document_id>/original/end")
def end_original(instance_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Write down what became of the paper."""
    _newest(instance_id, document_id)
    typed = (request.form.get(each, "") for each in ("ending", "ended_on", "minute_no"))
    ended = Ended(*typed)
    return _done(
        instance_id,
        document_id,
        lambda: originals.end(unit_of_work(), document_id, ended, actor=current_actor(), at=now()),
        _("Written down, with its minute."),
    )


def _done(
    instance_id: UUID, document_id: UUID, act: Callable[[], None], said: str
) -> ResponseReturnValue:
    """Act and lead back to the document; what is refused stands beside its field."""
    try:
        act()
    except RulesBroken as broken:
        return document_page(instance_id, document_id, broken), 422
    flash(said, "done")
    return redirect(url_for("files.show", instance_id=instance_id, document_id=document_id), 303)


def _newest(instance_id: UUID, document_id: UUID) -> Version:
    """Return what counts of a document of this case, for who may see it."""
    with reader() as session:
        return queries.of_one(session, instance_id, document_id, current_actor()).newest


def _sides(version: Version) -> Sides | None:
    """Return what the pages of a version are like; ``None``: it is no PDF that can be read."""
    from engine.signing.scans import pages_scanned  # noqa: PLC0415 - loads what few processes need

    if version.kind.name != "pdf":
        return None
    with services().documents.open(version.sha256) as file:
        try:
            pages = pages_scanned(file.read())
        except SigningRefused:
            return None
    pictured = [(each.dpi, each.number) for each in pages if each.dpi is not None]
    return Sides(len(pages), *min(pictured)) if pictured else Sides(len(pages), None)
