"""``process.toml`` and bundles: read whole, refused with everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused, Due
from engine.catalogue.config_text import read_config
from engine.catalogue.desks import LaneUnmapped, desk
from engine.catalogue.find import find_areas
from engine.signing import Level

GOOD = """
[area]
id = "things"
[thing]
title = "چیز"
start_lanes = ["maker"]
columns = { amount = "rial" }
[thing.lanes]
maker = { role = "MAKER", in = "party:maker_id" }
head = { role = "HEAD", in = "case" }
[thing.tasks]
make = { due = { working_days = 3 }, escalate = "HEAD" }
check = { confirm = true, priority = 70, due = { until = "check_by" } }
[[thing.not_same_person]]
steps = ["make", "check"]
code = "SOD-001"
[thing.messages.stop]
lane = "maker"
reason = true
"""


def test_a_section_says_who_when_and_who_not():
    thing = read_config(GOOD).processes["thing"]

    assert thing.step("make").due == Due("working_days", 3)
    assert thing.step("check").due == Due("until", variable="check_by")
    assert (thing.step("check").confirm, thing.step("undeclared").confirm) == (True, False)
    assert thing.separations[0].steps == {"make", "check"}
    assert thing.messages["stop"].reason


@pytest.mark.parametrize("level", ["L0", "L1", "L2", "L3"])
def test_a_step_says_what_it_has_to_be_signed_with_at_least(level: str):
    said = GOOD.replace("confirm = true", f'confirm = true, sign = "{level}"')

    thing = read_config(said).processes["thing"]

    assert (thing.step("check").sign, thing.step("make").sign) == (Level(level), None)


@pytest.mark.parametrize("wrong", ['"L4"', '"l2"', "2", "true", '["L2"]'])
def test_a_level_that_there_is_not_is_refused(wrong: str):
    with pytest.raises(ConfigRefused, match=r"sign is .*; it is one of L0, L1, L2, L3"):
        read_config(GOOD.replace("confirm = true", f"sign = {wrong}"))


def test_everything_wrong_is_told_at_once():
    wrong = GOOD.replace('"rial"', '"money"').replace('lane = "maker"', 'lane = "nobody"')
    wrong = wrong.replace("working_days = 3", "fortnights = 1").replace("priority", "urgency")

    with pytest.raises(ConfigRefused) as refused:
        read_config(wrong)

    told = str(refused.value)
    assert len(refused.value.problems) == 4
    assert all(each in told for each in ("money", "nobody", "due is one of", "urgency"))


@pytest.mark.parametrize(
    ("said", "expected"),
    [("true", {"check": ""}), ('" It is signed. "', {"check": "It is signed."}), ("false", {})],
)
def test_a_point_of_no_return_may_say_why(said, expected):
    text = GOOD.replace("check = {", f"check = {{ point_of_no_return = {said},")
    assert read_config(text).processes["thing"].no_return == expected


def test_a_point_of_no_return_is_said_in_words_or_not_at_all():
    with pytest.raises(ConfigRefused, match="true, false or the reason"):
        read_config(GOOD.replace("check = {", "check = { point_of_no_return = 7,"))


@pytest.mark.parametrize("text", ["", "[area", "[area]\ntitle = 'x'"])
def test_a_file_without_an_area_is_refused(text):
    with pytest.raises(ConfigRefused):
        read_config(text)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("case", "R@D07"),
        ("anywhere", "R@*"),
        ("ancestor", "R@DEP-TECH"),
        ("DEP-FIN", "R@DEP-FIN"),
        ("party:maker_id", "R@party:14007650912"),
    ],
)
def test_a_lane_becomes_a_desk(place, expected):
    lane = (
        read_config(GOOD.replace('"case"', f'"{place}"').replace('"HEAD", in', '"R", in'))
        .processes["thing"]
        .lanes["head"]
    )

    assert desk(lane, "D07", {"maker_id": "14007650912"}, lambda unit: "DEP-TECH") == expected


def test_a_lane_of_a_party_the_case_does_not_name_is_refused():
    lane = read_config(GOOD).processes["thing"].lanes["maker"]

    with pytest.raises(LaneUnmapped):
        desk(lane, "D07", {}, lambda unit: None)


def test_a_bundle_is_named_by_its_content_and_survives_packing():
    files = {"b.form": b'{"id": "b"}', "a.bpmn": b"<x/>", "process.toml": GOOD.encode()}
    bundle = Bundle(files)

    again = Bundle.unpack(bundle.pack())

    assert again.id == bundle.id == Bundle(dict(reversed(files.items()))).id
    assert again.pack() == bundle.pack()
    assert Bundle({**files, "a.bpmn": b"<y/>"}).id != bundle.id


def test_texts_fall_back_to_what_the_model_says():
    bundle = Bundle({"texts.en.toml": b'[thing]\ntitle = "Thing"\n'})

    assert bundle.text("en", "thing", "title", default="چیز") == "Thing"
    assert bundle.text("fa", "thing", "title", default="چیز") == "چیز"
    assert bundle.text("en", "thing", "title", "deeper", default="-") == "-"


@pytest.mark.parametrize("form", [b"{", b"[]", b"{}"])
def test_a_form_that_is_none_is_refused_by_name(form):
    with pytest.raises(ConfigRefused, match=r"forms/x\.form"):
        _ = Bundle({"forms/x.form": form}).forms


def test_two_forms_of_one_id_are_refused():
    with pytest.raises(ConfigRefused, match="taken"):
        _ = Bundle({"forms/x.form": b'{"id": "a"}', "forms/y.form": b'{"id": "a"}'}).forms


def test_the_catalogue_finds_folders_of_the_release_and_of_the_site(tmp_path: Path):
    (tmp_path / "site_area").mkdir()
    (tmp_path / "site_area" / "process.toml").write_text(GOOD)

    names = [each.name for each in find_areas([tmp_path])]

    assert names[-1] == "site_area"
    assert "contractor_statement" in names[:-1]
