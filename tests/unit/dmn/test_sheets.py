"""Tables as they are edited: read, changed and written back with every other byte as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import dmn
from engine.dmn import sheets
from engine.dmn.sheets import Row, Sheet
from engine.xml import Unreadable

KIT = Path(__file__).parents[2] / "kit" / "limits.dmn"
TCK = Path(__file__).parents[2] / "conformance" / "dmn-tck"
LIMITS = KIT.read_bytes()

#: every way to write a table that tools have, comments and strangers' elements among them
ODD = """<?xml version='1.0' encoding="utf-8" ?>
<!-- drawn by hand -->
<dmn:definitions xmlns:dmn = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    xmlns:biodi="urn:biodi" id="d" name="د" namespace="urn:odd">
\t<dmn:decision id='fee' name='کارمزد'><dmn:variable name="fee"/>
    <dmn:decisionTable id="t"  preferredOrientation="Rule-as-Row">
      <dmn:extensionElements><biodi:bounds x='1'/></dmn:extensionElements>
      <dmn:input id="i1" biodi:width="192" label="a &amp; b"><dmn:inputExpression typeRef='number'>\
<dmn:text><![CDATA[amount]]></dmn:text></dmn:inputExpression></dmn:input>
      <dmn:output id="o1" name="fee" typeRef="number"/>
      <!-- the usual -->
      <dmn:rule id="r1">
        <dmn:description>why</dmn:description>
        <dmn:inputEntry id="e1"><dmn:text><![CDATA[< 5]]></dmn:text></dmn:inputEntry>
        <dmn:outputEntry id="e2"><dmn:text>1</dmn:text></dmn:outputEntry>
      </dmn:rule>
      <dmn:rule id="r2"><dmn:inputEntry id="e3"><dmn:text/></dmn:inputEntry>\
<dmn:outputEntry><dmn:text>"x > 1"</dmn:text></dmn:outputEntry></dmn:rule>
    </dmn:decisionTable>
  </dmn:decision>
  <dmn:decision id="other" name="other"><dmn:literalExpression><dmn:text>1 + 1</dmn:text>\
</dmn:literalExpression></dmn:decision>
</dmn:definitions>
""".encode()

cells = st.text(alphabet=st.sampled_from('a1<>&"-[].. ،آ۵\n'), max_size=8).map(str.strip)
acts = st.tuples(st.sampled_from(sorted(sheets.ACTS)), st.integers(0, 4))


def _tables() -> list[tuple[str, bytes, str]]:
    found = [("limits", LIMITS, "approver"), ("odd", ODD, "fee")]
    for path in sorted(TCK.rglob("*.dmn"))[::9]:
        content = path.read_bytes()
        for each in sheets.drawn(content):
            if each.kind == "table":
                found.append((path.stem, content, each.id))
                break
    return found


TABLES = _tables()
tables = pytest.mark.parametrize(
    ("content", "decision"), [each[1:] for each in TABLES], ids=[each[0] for each in TABLES]
)


def _without_origins(sheet: Sheet) -> Sheet:
    """Return a sheet as a new one is, numbered by where things stand."""
    return replace(
        sheet,
        inputs=tuple(replace(each, origin=at) for at, each in enumerate(sheet.inputs)),
        outputs=tuple(replace(each, origin=at) for at, each in enumerate(sheet.outputs)),
        notes=tuple(replace(each, origin=at) for at, each in enumerate(sheet.notes)),
        rows=tuple(_plain(at, each) for at, each in enumerate(sheet.rows)),
    )


def _plain(at: int, row: Row) -> Row:
    tests = tuple(each or "-" for each in row.tests)
    return replace(row, origin=at, tests=tests)


@tables
def test_a_table_written_as_it_was_read_is_the_same_file_to_the_byte(content, decision):
    assert sheets.with_sheet(content, sheets.sheet_of(content, decision)) == content


@tables
def test_one_cell_changes_and_no_byte_outside_it(content, decision):
    sheet = sheets.sheet_of(content, decision)
    row = replace(sheet.rows[0], outputs=("12345", *sheet.rows[0].outputs[1:]))

    written = sheets.with_sheet(content, replace(sheet, rows=(row, *sheet.rows[1:])))

    same = next(at for at, (old, new) in enumerate(zip(content, written)) if old != new)  # noqa: B905
    changed = len(written) - len(content)
    assert written[same : same + 5] in (b"12345", b"2345<", b"2345]") or changed < 6
    tail = content[same:].partition(b"</")[2]
    assert written.endswith(tail)
    assert sheets.sheet_of(written, decision).rows[0].outputs[0] == "12345"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(TABLES[:2]), st.lists(acts, max_size=6), st.lists(cells, min_size=9, max_size=9)
)
def test_whatever_is_done_to_a_table_the_file_says_it_and_nothing_else_of_it_changes(
    table, done, texts
):
    _, content, decision = table
    sheet = sheets.sheet_of(content, decision)
    for act, at in done:
        sheet = sheets.acted(sheet, act, at)
    if sheet.rows:
        row = sheet.rows[0]
        tests, outputs = len(row.tests), len(row.outputs)
        filled = [each or "-" for each in texts]
        row = replace(row, tests=tuple(filled[:tests]), outputs=tuple(filled[4 : 4 + outputs]))
        sheet = replace(sheet, rows=(row, *sheet.rows[1:]))
    if not sheet.rows:
        sheet = replace(sheet, notes=())

    written = sheets.with_sheet(content, sheet)

    assert _without_origins(sheets.sheet_of(written, decision)) == _without_origins(sheet)
    before, _, rest = content.partition(b"decisionTable")
    assert written.startswith(before)
    assert written.endswith(rest.rpartition(b"decisionTable")[2])
    assert sheets.with_sheet(written, sheets.sheet_of(written, decision)) == written
    dmn.load({"it.dmn": written})


def test_a_row_takes_its_comment_with_it_and_a_new_one_is_indented_like_the_others():
    sheet = sheets.acted(sheets.sheet_of(ODD, "fee"), "lower-row", 0)
    sheet = sheets.acted(sheet, "add-row", 2)

    written = sheets.with_sheet(ODD, sheet).decode()

    assert written.index('id="r2"') < written.index("<!-- the usual -->") < written.index('"r1"')
    assert '\n      <dmn:rule id="added_' in written
    assert "\n        <dmn:inputEntry id=" in written
    assert "<dmn:description>why</dmn:description>" in written


def test_policy_names_and_columns_are_written_where_they_stand():
    sheet = sheets.sheet_of(ODD, "fee")
    column = replace(sheet.inputs[0], label="a < b", type_ref="", allowed="[0..9]")
    result = replace(sheet.outputs[0], default="0", allowed="0, 1")
    sheet = replace(
        sheet,
        name='نام "تازه"',
        hit_policy="COLLECT",
        aggregation="SUM",
        inputs=(column,),
        outputs=(result,),
    )

    written = sheets.with_sheet(ODD, sheet)

    assert sheets.sheet_of(written, "fee") == sheet
    assert b'biodi:width="192" label="a &lt; b"' in written
    assert b"<dmn:literalExpression><dmn:text>1 + 1</dmn:text>" in written


def test_the_text_of_a_decision_that_is_no_table_is_changed_alone():
    written = sheets.with_text(ODD, "other", "1 < 2")

    assert written == ODD.replace(b"1 + 1", b"1 &lt; 2")
    assert sheets.text_of(written, "other") == "1 < 2"
    assert [each.kind for each in sheets.drawn(ODD)] == ["table", "text"]


@pytest.mark.parametrize("asked", ["other", "nothing", ""])
def test_what_is_no_table_is_not_edited_as_one(asked):
    with pytest.raises(sheets.WrongTable):
        sheets.sheet_of(ODD, asked)


def test_a_file_in_another_encoding_is_refused_before_a_byte_of_it_is_lost():
    content = LIMITS.decode().replace("UTF-8", "UTF-16").encode("utf-16")

    with pytest.raises(Unreadable):
        sheets.sheet_of(content, "approver")


def test_a_table_does_not_grow_without_end():
    sheet = sheets.sheet_of(LIMITS, "approver")
    rows = (sheet.rows[0],) * (sheets.MOST_CELLS // sheet.width)

    with pytest.raises(sheets.TableTooLarge):
        sheets.acted(replace(sheet, rows=rows), "copy-row", 0)
