"""Writes `docs/reference/rules`, a page for each rule of the book.

``python -m tests.rules.pages``, or `make rules`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Final

from engine import bpmn, dmn
from engine.findings import Entry, Example, Finding, book
from forms import deploying
from tests.guards.tree import ROOT
from tests.rules.examples import files, form_of, whole

FOLDER: Final = ROOT / "docs" / "reference" / "rules"
_MADE: Final = "<!-- made by: make rules; the text stands in engine/findings/rules -->"
_WEIGHTS: Final = {
    "refuses": "refused: the files are not deployed",
    "look": "worth a look: the files run",
    "both": "refused, or worth a look where nothing breaks",
}
_TOLD: Final = 3  #: messages of one example
_FAMILIES: Final = {"BPMN": "Diagrams (BPMN)", "DMN": "Decisions (DMN)", "FORM": "Forms"}
_HEAD: Final = f"""{_MADE}

# Rules of models

What `divan lint` and a deployment check. A model that breaks a rule is *refused*, all of it at
once, by element, clause of the standard and advice; what is *worth a look* runs. Each page has an
example that breaks its rule and nothing else, and what is right instead.

Clauses are those of BPMN 2.0.2 (formal/2013-12-09) and DMN 1.5 (formal/2024-01-01); rules without
one are ours: what the standard leaves to an engine, and all rules of [forms](../forms.md).
"""


def main() -> None:
    """Write all pages anew, and remove those of rules that are gone."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"wrote {len(made)} pages to {FOLDER.relative_to(ROOT)}")


def pages() -> dict[str, str]:
    """Return all pages by file name."""
    return {"README.md": _index()} | {f"{each.rule}.md": _page(each) for each in book().values()}


def _index() -> str:
    lines = [_HEAD]
    for family, entries in groupby(book().values(), key=lambda each: each.rule.partition("-")[0]):
        lines += [f"## {_FAMILIES[family]}", "", "| rule | says | by | |", "|---|---|---|---|"]
        lines += [
            f"| [{each.rule}]({each.rule}.md) | {each.title['en']} | {each.clause or 'ours'} "
            f"| {each.weight} |"
            for each in entries
        ]
        lines.append("")
    return "\n".join(lines)


def _page(entry: Entry) -> str:
    parts = [
        _MADE,
        f"# {entry.rule}: {entry.title['en']}",
        f"{_WEIGHTS[entry.weight].capitalize()}. By {entry.clause or 'our own rule'}.",
        entry.why.strip(),
        f"**Instead:** {entry.advice['en']}.",
        f'<p dir="rtl" lang="fa"><b>{entry.title["fa"]}.</b> {entry.advice["fa"]}.</p>',
        "## Wrong",
        _shown(entry, entry.wrong),
        _said(entry),
        "## Right",
        _shown(entry, entry.right),
    ]
    return "\n\n".join(parts) + "\n"


def _said(entry: Entry) -> str:
    """Return what lint answers to the wrong example."""
    found = [each for each in found_in(entry, entry.wrong) if each.rule == entry.rule]
    told = [f"- `{each.element_id or each.file}`: {each.message}" for each in found[:_TOLD]]
    return "\n".join(dict.fromkeys(told))


def found_in(entry: Entry, example: Example) -> list[Finding]:
    """Return what lint finds in an example."""
    if example.form:
        return [*deploying.findings(form_of(example))]
    diagrams, decisions = files(entry, example)
    if not diagrams:
        return dmn.lint(decisions)
    return [*bpmn.lint(diagrams, decisions), *bpmn.look(diagrams)]


def _shown(entry: Entry, example: Example) -> str:
    """Return what an example's definitions hold; of what is repeated, the first."""
    if example.times > 1:
        return f"{_shown(entry, replace(example, times=1))}\n\nand so on, {example.times} times."
    lines = whole(entry, example).decode().rstrip().split("\n")
    inside = lines[1:-1] if lines[0].startswith("<definitions") and len(lines) > 1 else lines
    indent = min((len(each) - len(each.lstrip()) for each in inside if each.strip()), default=0)
    text = "\n".join(each[indent:] for each in inside)
    beside = (
        f"\n\nbeside this decision:\n\n```xml\n{example.decisions.strip()}\n```"
        if example.decisions
        else ""
    )
    language = "json" if example.form else "xml"
    return f"```{language}\n{text}\n```{beside}"


if __name__ == "__main__":
    main()
