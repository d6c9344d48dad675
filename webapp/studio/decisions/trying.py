"""A decision table tried on sample rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from engine import dmn
from engine.dmn.sheets import Sheet
from engine.values import TEHRAN
from webapp.studio.decisions.blemishes import plain
from webapp.studio.decisions.posted import sample_value


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one sample row."""

    rules: tuple[int, ...]
    value: str
    problem: str = ""  #: why there is no value; a sample that cannot be read among them


def tried(
    files: Mapping[str, bytes], sheet: Sheet, samples: Sequence[Sequence[str]], at: datetime
) -> list[Answer]:
    """Return what a table says of each sample."""
    trial = dmn.load(files).trial(sheet.decision_id)
    return [_answer(trial, sheet, each, at.astimezone(TEHRAN)) for each in samples]


def _answer(trial: dmn.Trial, sheet: Sheet, sample: Sequence[str], at: datetime) -> Answer:
    values = []
    for column, text in zip(sheet.inputs, sample, strict=True):
        try:
            values.append(sample_value(text, column.type_ref))
        except ValueError:
            label = column.label or column.text
            return Answer(
                (), "", _("“%(text)s” is no value of %(column)s.", text=text, column=label)
            )
    found = trial(values, now=at)
    if found.violations:
        return Answer(
            found.rules, "", _("Refused: more than one rule fits, or a value is not allowed.")
        )
    if not found.rules and found.value is None:
        return Answer((), "", _("No rule fits."))
    return Answer(found.rules, plain(found.value))
