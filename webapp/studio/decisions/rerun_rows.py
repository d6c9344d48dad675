"""What a changed decision table would have said, as rows of a file to take along."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask_babel import gettext as _

from engine import dmn
from webapp.formatting import moment_text
from webapp.studio.decisions.blemishes import plain
from webapp.studio.decisions.rerun import Outcome, Tables


def rows_of(
    outcome: Outcome, tables: Tables, said: Callable[[dmn.Tried | None], str]
) -> Iterator[list[str]]:
    """Give a heading, the decisions that would be others, and those that cannot be compared.

    Only cases that the reader may see are among them: the page counts the others.
    """
    columns = [each.label for each in tables.draft.box.inputs]
    yield [
        _("Case"),
        _("Business key"),
        _("Decided on"),
        *columns,
        _("Then"),
        _("Deployed now"),
        _("This draft"),
        _("Not compared"),
    ]
    for line in outcome.lines:
        yield [
            line.title,
            line.business_key or "",
            moment_text(line.at),
            *(plain(value) for _heading, value in line.seen),
            plain(line.then),
            said(line.deployed),
            said(line.draft),
            "",
        ]
    for each in outcome.uncompared:
        empty = [""] * (len(columns) + 3)
        why = _("“%(what)s” was not kept", what=each.missing)
        yield [each.title, each.business_key or "", moment_text(each.at), *empty, why]
