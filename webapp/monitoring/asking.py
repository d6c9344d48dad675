"""What an address of the list of cases asks for: read the same by the list, exports and acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.queries import case_list
from engine.queries.case_filter import CaseFilter
from engine.storage.bundles import Deployed, all_latest
from engine.storage.database import Session
from forms import Form, FormErrors, read_submission
from webapp.errors import problems_of
from webapp.monitoring.case_columns import COLUMNS, Column, columns
from webapp.monitoring.filters import case_filter, filter_form
from webapp.problems import text_of
from webapp.request import current_actor, locale

#: keys of an address that are no part of what is asked
_NOT_ASKED = frozenset({"after", "csrf_token"})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, as it was typed and as it is meant."""

    form: Form
    wanted: CaseFilter | None  #: ``None``: it cannot be read
    problems: tuple[tuple[str | None, str], ...]  #: field and text of what is wrong
    typed: Mapping[str, str]
    chosen: Deployed | None  #: the newest version of the process asked for
    units: Mapping[str, str]  #: names by code, of those the reader watches

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the list."""
        return columns(self.typed.get(COLUMNS, "").split(","), self.chosen)

    @property
    def asked(self) -> dict[str, str]:
        """What is asked, as the address has it."""
        return {key: each for key, each in self.typed.items() if each and self.form.field(key)}


def question(session: Session, raw: Mapping[str, Sequence[str]]) -> Question:
    """Read what an address asks for; what cannot be read is told beside its field.

    Raises:
        Forbidden: the reader watches no cases.
    """
    definitions = all_latest(session)
    if COLUMNS in raw:  # of an address that was kept they are one text
        raw = {**raw, COLUMNS: [one for each in raw[COLUMNS] for one in each.split(",") if one]}
    units = [
        (each.code, each.title_fa if locale() == "fa" else each.title_en)
        for each in case_list.watched_units(session, current_actor())
    ]
    process = next(iter(raw.get("process", ())), None)
    chosen = next((each for each in definitions if each.process_id == process), None)
    form = filter_form(definitions, units, chosen)
    typed = {key: ",".join(each) for key, each in raw.items() if key not in _NOT_ASKED}
    wanted, problems = None, []
    try:
        answers = read_submission(form, {key: list(raw[key]) for key in raw if form.field(key)})
        wanted = case_filter(answers, chosen)
    except FormErrors as refused:
        problems = [(each.field, text_of(each)) for each in problems_of(refused)]
    return Question(form, wanted, tuple(problems), typed, chosen, dict(units))
