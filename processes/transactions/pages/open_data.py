"""Open data: what was published of transactions, for anybody, as pages and as OCDS (§3.10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem
from engine.values.exact_json import written
from processes.transactions.publication.events import Method
from processes.transactions.publication.merging import compiled
from processes.transactions.publication.packages import (
    Publisher,
    record_package,
    release_package,
)
from processes.transactions.publication.publishing import publisher
from processes.transactions.queries import published
from processes.transactions.records import Stage
from webapp.sdk import (
    address,
    asks_too_often,
    error_text,
    is_signed_in,
    jalali_moment,
    later_reader,
    lazy_gettext,
    not_found,
    public_blueprint,
    reader,
    render,
)

_l = lazy_gettext

bp = public_blueprint(
    "open_data", "processes.transactions", "processes", _l("Open data of transactions")
)

#: looks at single processes from one address within the time that is remembered
LOOKS = 300
_TOO_OFTEN: Final = Problem("GEN-GUESSING")

STAGES: Final[Mapping[str, Any]] = {
    "PLANNED": _l("Planned"),
    "CALLED": _l("Firms are called"),
    "OPEN": _l("Bids are taken"),
    "OPENED": _l("Bids opened"),
    "DECIDED": _l("Decided, complaints are heard"),
    "AWARDED": _l("Awarded"),
    "CONTRACT": _l("Contract in force"),
    "FINISHED": _l("Finished"),
    "CANCELLED": _l("Given up"),
    "UNSUCCESSFUL": _l("Without a winner"),
}
METHODS: Final[Mapping[str, Any]] = {
    "PUBLIC": _l("Public tender"),
    "TWO_STAGE": _l("Two-stage tender"),
    "REVERSE_AUCTION": _l("Reverse auction"),
    "PREQUALIFIED": _l("Tender with pre-qualification"),
    "LIMITED": _l("Limited tender"),
    "QUOTATIONS": _l("Three quotations"),
    "DIRECT": _l("Direct purchase"),
    "WAIVER": _l("Waiver of the tender"),
    "CALL_OFF": _l("Call-off from a framework"),
    "MINI_COMPETITION": _l("Competition among a framework's suppliers"),
}
TAGS: Final[Mapping[str, Any]] = {
    "planning": _l("Planned, credit reserved"),
    "planningUpdate": _l("Plan changed or withdrawn"),
    "tender": _l("Announced"),
    "tenderAmendment": _l("Documents changed"),
    "tenderUpdate": _l("Bidding ended"),
    "tenderCancellation": _l("Given up"),
    "award": _l("Winner named"),
    "awardUpdate": _l("Award brought up to date"),
    "awardCancellation": _l("Award cancelled"),
    "contract": _l("Contract signed"),
    "contractAmendment": _l("Supplement signed"),
    "implementation": _l("Paid"),
    "contractTermination": _l("Contract ended"),
}


@bp.context_processor
def _names() -> dict[str, Any]:
    """Give every template the names of codes, and a page that needs no sign-in."""
    return {
        "stages": STAGES,
        "methods": METHODS,
        "tags": TAGS,
        "published_at": lambda text: jalali_moment(datetime.fromisoformat(text)),
        "layout": "base.html" if is_signed_in() else "public.html",
    }


@bp.get("")
def processes() -> ResponseReturnValue:
    """List what was published, as somebody looks for it."""
    stage, method = request.args.get("stage", ""), request.args.get("method", "")
    asked = published.Asked(
        words=request.args.get("q", "")[:200],
        stage=Stage[stage] if stage in Stage.__members__ else None,
        method=method if method in Method.__members__ else "",
        page=_page(),
    )
    with reader() as session:
        return render(
            "open_data/processes.html",
            asked=asked,
            found=published.found(session, asked),
            has_any=published.state(session) is not None,
        )


@bp.get("/process/<ocid>")
def process_shown(ocid: str) -> ResponseReturnValue:
    """Show one process: what is so now, and how it came to be."""
    if _looks_too_often():
        return render("open_data/too_often.html", said=error_text(_TOO_OFTEN)), 429
    with reader() as session:
        row = published.process(session, ocid)
        if row is None:
            return not_found()
        [releases] = published.releases(session, [ocid])
        return render(
            "open_data/process.html", row=row, now=compiled(releases), releases=releases[::-1]
        )


@bp.get("/process/<ocid>/record.json")
def process_record(ocid: str) -> ResponseReturnValue:
    """Hand out one process as a record package."""
    with reader() as session:
        state = published.state_of(session, ocid)
    if state is None:
        return not_found()

    def make() -> str:
        uri = address("open_data.process_record", ocid=ocid)
        with reader() as session:
            return written(record_package(_publisher(), uri, published.releases(session, [ocid])))

    return _answer(state, "application/json", make, is_too_often=_looks_too_often)


@bp.get("/records.json")
def records() -> ResponseReturnValue:
    """Hand out processes as record packages, so many in each."""
    return _package("open_data.records", _records)


@bp.get("/releases.json")
def releases() -> ResponseReturnValue:
    """Hand out releases as packages, oldest first."""
    return _package("open_data.releases", _releases)


def _records(uri: str) -> tuple[dict[str, Any] | None, bool]:
    with reader() as session:
        ocids, has_more = published.page_of_ocids(session, _page())
        found = published.releases(session, ocids)
    return (record_package(_publisher(), uri, found) if found else None), has_more


def _releases(uri: str) -> tuple[dict[str, Any] | None, bool]:
    with reader() as session:
        found, has_more = published.page_of_releases(session, _page())
    return (release_package(_publisher(), uri, found) if found else None), has_more


@bp.get("/releases.jsonl")
def lines() -> ResponseReturnValue:
    """Hand out every release, one a line, oldest first."""
    with reader() as session:
        state = published.state(session)
    if state is None:
        return not_found()
    answer = _answer(state, "application/jsonl", _all_lines, is_too_often=_takes_too_often)
    answer.headers["Content-Disposition"] = 'attachment; filename="releases.jsonl"'
    return answer


def _all_lines() -> Iterable[str]:
    return published.all_lines(later_reader())


def _package(
    endpoint: str, make: Callable[[str], tuple[dict[str, Any] | None, bool]]
) -> ResponseReturnValue:
    """Answer with a page of a package; ``Link`` leads to the next."""
    with reader() as session:
        state = published.state(session)
    if state is None:
        return not_found()
    links: list[str] = []
    page = _page()

    def body() -> str:
        made, has_more = make(address(endpoint, page=page))
        if made is None:
            abort(404)
        if has_more:
            links.append(f'<{address(endpoint, page=page + 1)}>; rel="next"')
        return written(made)

    answer = _answer(state, "application/json", body, is_too_often=_takes_too_often)
    for each in links:
        answer.headers.add("Link", each)
    return answer


def _answer(
    state: published.State,
    kind: str,
    make: Callable[[], str | Iterable[str]],
    *,
    is_too_often: Callable[[], bool],
) -> Response:
    """Answer with data, or that the reader's copy is still the newest.

    Who asks for much too often waits; a copy that is the newest costs nothing and is not counted.
    """
    answer = Response(content_type=f"{kind}; charset=utf-8")
    answer.set_etag(f"{state.releases}-{int(state.last_at.timestamp())}")
    answer.last_modified = state.last_at
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.make_conditional(request)
    if answer.status_code == 304:
        return answer
    if is_too_often():
        return _too_often()
    made = make()
    if isinstance(made, str):
        answer.set_data(made)
    else:
        answer.response = made
    return answer


def _takes_too_often() -> bool:
    """Tell whether somebody takes whole packages again and again."""
    return asks_too_often("open-data")


def _looks_too_often() -> bool:
    """Tell whether somebody reads one process after another faster than a person does."""
    return asks_too_often("open-data-process", LOOKS)


def _too_often() -> Response:
    said = {"code": _TOO_OFTEN.code, "message": error_text(_TOO_OFTEN)}
    answer = Response(written(said), 429, content_type="application/json; charset=utf-8")
    answer.headers["Retry-After"] = "900"  # seconds, as long as it is remembered
    return answer


def _publisher() -> Publisher:
    told = publisher()
    return Publisher(told["name"], address("open_data.processes"), license=told["license"])


def _page() -> int:
    return max(1, min(request.args.get("page", 1, type=int), 100_000))
