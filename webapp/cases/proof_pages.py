"""The proof of one act of a case: a page that shows the way to what was signed, and a file."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from engine.journal import act_verifier
from engine.queries import cases
from engine.queries.act_proof import proof_of
from webapp.cases.source import source_of
from webapp.cases.trail import trail_of
from webapp.request import current_actor, reader, services

bp = Blueprint("proofs", __name__, url_prefix="/cases/<uuid:instance_id>/proof")


@bp.get("/<int:seq>")
def show(instance_id: UUID, seq: int) -> ResponseReturnValue:
    """Show what proves an act: its record, the chain, the path to the root, who signed it."""
    with reader() as session:
        case = cases.page(session, instance_id, current_actor())
    with services().database.snapshot() as session:
        proof = proof_of(session, instance_id, seq)
    trail = trail_of(case.progress, case.definition, case.unit, "everything")
    line = next((each for each in trail if each.number == seq), None)
    if line is None:
        abort(404)
    return render_template(
        "cases/proof.html", case=case, seq=seq, line=line, proof=proof, nav="inbox"
    )


@bp.get("/<int:seq>.json")
def proof(instance_id: UUID, seq: int) -> ResponseReturnValue:
    """Give the proof of an act as the verifier reads it; of the other acts their hashes alone."""
    with reader() as session:
        cases.definition(session, instance_id, current_actor())
    with services().database.snapshot() as session:
        found = proof_of(session, instance_id, seq)
    if found is None:
        return Response(status=404)
    answer = Response(found.as_json(), mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename="proof.json")
    return answer


@bp.get("/act_verifier.py")
def verifier(instance_id: UUID) -> ResponseReturnValue:
    """Give the program that verifies a proof and needs nothing of Divan."""
    with reader() as session:
        cases.definition(session, instance_id, current_actor())
    answer = Response(source_of(act_verifier), mimetype="text/x-python")
    answer.headers.set("Content-Disposition", "attachment", filename="act_verifier.py")
    return answer
