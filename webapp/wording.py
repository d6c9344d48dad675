"""The texts of a process in the language of the page, and the names of roles and desks.

A process says everything in Persian in its model; ``texts.en.toml`` lays English over it,
``texts.fa.toml`` adds what the model does not say.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import flask_babel

from engine.bpmn import Element
from engine.catalogue.bundle import Bundle
from engine.commands.models import model_of
from engine.model.person import ANYWHERE, Actor, role_of
from engine.storage.bundles import Deployed
from engine.values import (
    InvalidValue,
    JalaliDate,
    bank_reason,
    decimal_from,
    grouped,
    in_language,
    persian_digits,
)
from forms import Form
from webapp import units
from webapp.kinds import EVENTS, KINDS
from webapp.request import locale
from webapp.texts import N_, texts_in

#: The roles of `domain.md` §0.8.
ROLES: Final[Mapping[str, str]] = {
    "CONTRACTOR": N_("Contractor"),
    "SUPERVISOR": N_("Resident supervisor"),
    "CONSULTANT": N_("Consulting engineer"),
    "TECH_OFFICE": N_("Technical office"),
    "PROJECT_MANAGER": N_("Project manager"),
    "UNIT_HEAD": N_("Head of the unit"),
    "MAYOR": N_("Mayor"),
    "BUDGET_OFFICER": N_("Budget officer"),
    "FIN_EXPERT": N_("Finance reviewer"),
    "FIN_HEAD": N_("Head of finance"),
    "TREASURER": N_("Treasurer"),
    "PROC_OFFICER": N_("Buying officer"),
    "LEGAL": N_("Legal office"),
    "COMMISSION": N_("Commission member"),
    "WAIVER_BOARD": N_("Waiver board"),
    "TECH_COMMITTEE": N_("Technical committee"),
    "COMPLAINT_BOARD": N_("Complaints board"),
    "BIDDER": N_("Bidder"),
    "STORE_MANAGER": N_("Shop manager"),
    "STOREKEEPER": N_("Storekeeper"),
    "COUNTER_AGENT": N_("Counter-office clerk"),
    "SERVICE_OWNER": N_("Service owner"),
    "AGENCY_REP": N_("Agency representative"),
    "RECORDS": N_("Records officer"),
    "AUDITOR": N_("Auditor"),
    "COMMITTEE": N_("Council committee"),
    "ANALYST": N_("Analyst"),
    "ADMIN": N_("Administrator"),
    "WORKER": N_("Program that does external tasks"),
    "CITIZEN": N_("Citizen"),
    "BUSINESS": N_("Business"),
}


def role_name(role: str, language: str | None = None) -> str:
    """Return what people call a role, in the language texts are looked up in unless said."""
    return texts_in(language or _language()).gettext(ROLES.get(role, role))


def desk_name(
    desk: str | None,
    unit: str | None = None,
    language: str | None = None,
    titles: Mapping[str, tuple[str, str]] | None = None,
) -> str:
    """Return what people call a desk; its unit is said unless it is ``unit``.

    Args:
        titles: what units are called in Persian and English, where the page has read it already.
    """
    if not desk:
        return ""
    language, place = language or _language(), desk.partition("@")[2]
    if place in ("", ANYWHERE, unit) or place.startswith("party:"):
        return _desk_name(desk, unit, language, None)
    called = (titles or units.called()).get(place)
    return _desk_name(desk, unit, language, called and called[language != "fa"])


@lru_cache(maxsize=4096)
def _desk_name(desk: str, unit: str | None, language: str, title: str | None) -> str:
    role, place = role_of(desk), desk.partition("@")[2]
    named = role_name(role, language)
    if place in ("", ANYWHERE, unit) or place.startswith("party:"):
        return named
    said = texts_in(language).gettext(N_("%(role)s in %(unit)s"))
    return said % {"role": named, "unit": title or place}


def area_title(bundle: Bundle, language: str) -> str:
    """Return what an area is called."""
    return bundle.text(language, "area", "title", default=bundle.config.title)


def desks_of(actor: Actor, language: str | None = None) -> str:
    """Return what an actor is, in a few words."""
    language = language or locale()
    separator = "، " if language == "fa" else ", "
    shown = sorted({desk_name(each, None, language) for each in actor.desks})
    return separator.join(shown[:3]) + (" …" if len(shown) > 3 else "")


def _language() -> str:
    """Return the language texts are looked up in: of a page, or of a paper made in another."""
    return str(flask_babel.get_locale())


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one definition in one language."""

    definition: Deployed
    language: str

    @property
    def process(self) -> str:
        """The title of the process."""
        config = self.definition.bundle.process(self.definition.process_id)
        return self._text(self.definition.process_id, "title", default=config.title)

    @property
    def about(self) -> str:
        """What the process is for, if its texts say so."""
        return self._text(self.definition.process_id, "about")

    def element(self, element_id: str | None, name: str | None = None) -> str:
        """Return the name of an element or flow; ``name``, if known, is what the model calls it."""
        if not element_id:
            return name or ""
        if name is None:
            element = self.model_element(element_id)
            name = element.name if element else None
        return self._text(self.definition.process_id, element_id, default=name or element_id)

    def no_return(self, element_id: str, reason: str) -> str:
        """Return why nothing goes back behind an element; ``reason`` is what is declared."""
        return self._text("no_return", element_id, default=reason)

    def model_element(self, element_id: str | None) -> Element | None:
        """Return an element as the diagram has it."""
        return self.elements.get(element_id or "")

    @property
    def elements(self) -> Mapping[str, Element]:
        """The elements of the diagram by id."""
        return _elements(self.definition)

    @property
    def overlay(self) -> Mapping[str, str]:
        """What the language lays over the diagram's own names, by id."""
        said = self.definition.bundle.texts.get(self.language, {})
        return dict(said.get(self.definition.process_id, {}))

    def column(self, key: str) -> str:
        """Return the label of a business column."""
        return self._text("columns", key, default=key)

    @property
    def variables(self) -> Mapping[str, str]:
        """What variables are called that conditions speak of and no form asks for."""
        return dict(self.definition.bundle.texts.get(self.language, {}).get("variables", {}))

    @property
    def values(self) -> Mapping[str, Mapping[str, str]]:
        """What codes are called that conditions compare and no form offers, by variable."""
        return dict(self.definition.bundle.texts.get(self.language, {}).get("values", {}))

    def decision(self, decision_id: str, name: str) -> str:
        """Return what a decision table is called; ``name`` is what the model calls it."""
        return self._text("decisions", decision_id, default=name)

    def case(self, title: str) -> str:
        """Return what a case is called: as its process, where nobody has named it."""
        unnamed = self.definition.bundle.process(self.definition.process_id).title
        return self.process if title == unnamed else title

    def message(self, name: str, element_id: str | None = None) -> str:
        """Return what the button says that sends a message, else what the event that hears it.

        A message that several processes of an area hear may be called otherwise in each.
        """
        said = self._text(self.definition.process_id, "messages", name)
        said = said or self._text("messages", name)
        return said or (self.element(element_id) if element_id else name)

    def error(self, code: str) -> str | None:
        """Return the area's own text for an error code."""
        return self._text("errors", code) or None

    def reasons(self, reasons: Mapping[str, str]) -> dict[str, str]:
        """Return the labels of reason codes of a line table."""
        return {code: self._text("reasons", code, default=said) for code, said in reasons.items()}

    def form(self, form: Form) -> Form:
        """Return a form in this language."""
        return form.in_words_of(self._text)

    def task_outcome(self, form_id: str | None, value: str | None) -> str:
        """Return what an outcome is called, by the form of the step it was chosen in."""
        return outcome_name(self.definition.bundle, form_id, value, self.language)

    def _text(self, *path: str, default: str = "") -> str:
        return self.definition.bundle.text(self.language, *path, default=default)


@lru_cache(maxsize=256)
def _elements(definition: Deployed) -> Mapping[str, Element]:
    """Return the elements of a diagram, which never changes."""
    process = model_of(definition.bundle).processes[definition.process_id]
    return {each.id: each for each in process.elements}


#: what a fact may be the kind of, by the word that a text says it with
_NAMED: Final[Mapping[str, Mapping[str, str]]] = {"element": KINDS, "event": EVENTS, "role": ROLES}
_LATIN: Final = re.compile(r"[A-Za-z]")


class _Params(string.Formatter):
    """Fills ``{name}`` only: what is missing leaves an ellipsis, nothing is evaluated."""

    def __init__(self, language: str) -> None:
        self.language = language

    def get_field(self, field_name: str, _: Any, kwargs: Any) -> tuple[Any, str]:
        return kwargs.get(field_name, "…"), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(value)
        if format_spec == "date":
            text = str(JalaliDate.of(date.fromisoformat(text)))
        if format_spec == "bank":
            return str(in_language(bank_reason(text), self.language))
        if (kinds := _NAMED.get(format_spec)) is not None:
            return texts_in(self.language).gettext(kinds.get(text, text))
        if format_spec == "number":
            try:
                return grouped(decimal_from(text), self.language)
            except InvalidValue:
                pass  # said as it is
        is_code = _LATIN.search(text) is not None
        return persian_digits(text) if self.language == "fa" and not is_code else text


def filled(text: str, params: Mapping[str, Any], language: str) -> str:
    """Return a text of a process with its ``{params}`` filled in, digits as the language has them.

    ``{name:number}`` is an amount or a quantity, shown in groups of three, ``{name:date}`` a
    day written as ISO 8601, ``{name:bank}`` the code of a bank's reason, ``{name:element}`` and
    ``{name:event}`` a kind of either in a diagram; whatever else consists of digits, such as the
    number of a contract, stays together.

    A code with letters keeps the digits it is written with (R-TXT-02).

    >>> filled("{no}: {sum:number}", {"no": "14040417", "sum": "1250000"}, "en")
    '14040417: 1,250,000'
    >>> filled("{no} {row}", {"no": "1404-D07-0417", "row": "12"}, "fa")
    '1404-D07-0417 ۱۲'
    """
    return _Params(language).vformat(text, (), params)


def outcome_name(bundle: Bundle, form_id: str | None, value: str | None, language: str) -> str:
    """Return what a form of an area calls an outcome; the value itself where it says nothing."""
    json = bundle.forms.get(form_id or "")
    if not value or json is None:
        return value or ""
    outcomes = json.get("divan", {}).get("outcomes", ())
    label = next((each.get("label") for each in outcomes if each.get("value") == value), value)
    return bundle.text(language, "outcomes", str(form_id), value, default=str(label))


def words_of(definition: Deployed, language: str | None = None) -> Words:
    """Return the texts of a definition, in the language of the page unless said."""
    return Words(definition, language or locale())
