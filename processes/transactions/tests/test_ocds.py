"""Publication as OCDS 1.1.5: the table of `domain.md` §3.10, the schema and its codelists."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import ocdsmerge
import pytest
import simplejson

from engine.values import Rial
from processes.transactions.publication import merging
from processes.transactions.publication.events import Award, Decided, Finished, Method, Party
from processes.transactions.publication.packages import Publisher, record_package, release_package
from processes.transactions.publication.releases import release
from processes.transactions.tests import cove
from processes.transactions.tests.generated import OUTCOMES, generated, made_up
from processes.transactions.tests.standard import OCDS, errors_of, schema

PUBLISHER = Publisher(
    "شهرداری تهران",
    "https://example.org/",
    license="https://creativecommons.org/licenses/by/4.0/",
    policy="https://example.org/policy",
)
COUNT = 260  #: twice every method with every outcome


SCHEMA = schema("release")


@cache
def _made() -> list[list[dict[str, Any]]]:
    return list(generated(COUNT))


def _plain(told: Any) -> Any:
    """Return what a reader of the JSON gets."""
    return json.loads(simplejson.dumps(told, use_decimal=True))


def test_generated_processes_cover_every_method_and_outcome_and_are_valid():
    assert len(list(Method)) * len(OUTCOMES) * 2 == COUNT
    assert COUNT >= 200
    for each in _made():
        package = release_package(PUBLISHER, "https://example.org/releases.json", each)
        assert errors_of("release-package", _plain(package)) == []
    package = record_package(PUBLISHER, "https://example.org/records.json", _made())
    assert errors_of("record-package", _plain(package)) == []


@pytest.mark.skipif(
    cove.command() is None and not os.environ.get("DIVAN_REQUIRE_CHECKER"),
    reason="libcoveocds is not installed apart: make checker",
)
def test_the_standards_own_checker_finds_nothing_and_would_notice():
    command, packages = cove.command(), cove.generated_packages()
    assert command is not None, "make checker"
    broken = _plain(packages["records"])
    del broken["records"][5:]
    del broken["records"][0]["releases"][0]["ocid"]
    broken["records"][1]["releases"][0]["tender"] = {"id": "1", "status": "open", "odd": 1}

    found = cove.checked(command, packages | {"broken": broken})

    assert found["releases"] == (sum(map(len, _made())), {})
    assert found["records"] == (COUNT, {})
    wrong = found["broken"][1]
    assert {"validation_errors", "additional_fields", "additional_closed_codelist_values"} <= {
        *wrong
    }


def test_the_schema_would_notice():
    broken = _plain(release_package(PUBLISHER, "https://example.org/x", _made()[-1]))
    broken["releases"][0]["date"] = "1404/08/17"
    broken["releases"][1]["tender"]["status"] = "open"
    del broken["releases"][-1]["contracts"][0]["awardID"]
    assert len(errors_of("release-package", broken)) == 3


def test_every_field_is_one_of_the_standard_and_every_code_stands_in_its_list():
    strange = {
        problem
        for each in _made()
        for one in [*each, merging.compiled(each)]
        for problem in _strange(_plain(one), SCHEMA, "")
    }
    assert strange == set()
    odd = {"tender": {"id": "1", "budget": 1, "awardCriteria": "cheapest"}}
    assert set(_strange(odd, SCHEMA, "")) == {
        "/tender/budget is no field",
        "/tender/awardCriteria: cheapest is not in awardCriteria.csv",
    }


def _strange(told: Any, of: dict[str, Any], at: str) -> Iterator[str]:
    """Yield what no field or code of the standard is, open codelists included."""
    if "$ref" in of:
        of = SCHEMA["definitions"][of["$ref"].rpartition("/")[2]]
    if isinstance(told, list):
        for each in told:
            yield from _strange(each, of.get("items", {}), at)
    elif isinstance(told, dict):
        for key, value in told.items():
            if key not in of["properties"]:
                yield f"{at}/{key} is no field"
                continue
            below = of["properties"][key]
            codelist = below.get("codelist", "")
            codes = value if isinstance(value, list) else [value]
            for code in codes if codelist and codelist != "currency.csv" else []:
                if code not in _codes(codelist):
                    yield f"{at}/{key}: {code} is not in {codelist}"
            yield from _strange(value, below, f"{at}/{key}")


@cache
def _codes(codelist: str) -> frozenset[str]:
    with (OCDS / "codelists" / codelist).open(encoding="utf-8") as file:
        return frozenset(each["Code"] for each in csv.DictReader(file))


def test_every_organisation_named_is_a_party_of_its_release_with_its_role():
    for release_ in (one for each in _made() for one in each):
        parties = {each["id"]: set(each["roles"]) for each in release_["parties"]}
        named = [("buyer", release_["buyer"])]
        tender = release_.get("tender", {})
        if "procuringEntity" in tender:
            named.append(("procuringEntity", tender["procuringEntity"]))
        named += [("tenderer", each) for each in tender.get("tenderers", [])]
        for award in release_.get("awards", []):
            named += [("supplier", each) for each in award.get("suppliers", [])]
        for contract in release_.get("contracts", []):
            for paid in contract.get("implementation", {}).get("transactions", []):
                named += [("payer", paid["payer"]), ("payee", paid["payee"])]
        assert [each for role, each in named if role not in parties[each["id"]]] == []


def test_release_ids_are_unique_and_an_ocid_never_changes():
    ids = [one["id"] for each in _made() for one in each]
    assert len(ids) == len(set(ids))
    assert all(len({one["ocid"] for one in each}) == 1 for each in _made())
    assert len({each[0]["ocid"] for each in _made()}) == COUNT


def test_compiled_releases_are_those_of_the_standards_own_implementation():
    merger = ocdsmerge.Merger(SCHEMA)
    for each in _made():
        assert _plain(merging.compiled(each)) == merger.create_compiled_release(_plain(each))


def test_the_rules_of_merging_are_those_of_the_schema():
    whole: set[str] = set()
    omitted: set[str] = set()

    def look(below: Any, name: str) -> None:
        if isinstance(below, dict):
            whole.update({name} if below.get("wholeListMerge") else ())
            omitted.update({name} if below.get("omitWhenMerged") else ())
            for key, value in below.items():
                look(value, key)

    look(SCHEMA, "")
    assert whole == set(merging.WHOLE_LISTS)
    assert omitted == set(merging.OF_RELEASE)


#: the first release of an outcome's end: tag, and where the process stands then
ENDS = {
    "planned": ("planning", None, []),
    "noticed": ("tender", "active", []),
    "changed": ("tenderAmendment", "active", []),
    "cancelled": ("tenderCancellation", "cancelled", []),
    "no_bids": ("tenderUpdate", "unsuccessful", []),
    "cancelled_after_opening": ("tenderCancellation", "cancelled", []),
    "pending": ("award", "complete", ["pending"]),
    "signed": ("contract", "complete", ["active"]),
    "second_winner": ("contract", "complete", ["cancelled", "active"]),
    "nobody_signs": ("tenderUpdate", "unsuccessful", ["cancelled", "cancelled"]),
    "supplemented": ("contractAmendment", "complete", ["active"]),
    "paid": ("implementation", "complete", ["active"]),
    "finished": ("contractTermination", "complete", ["active"]),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_outcome_ends_as_the_table_says(outcome):
    tag, tender, awards = ENDS[outcome]
    for releases in _made()[OUTCOMES.index(outcome) :: len(OUTCOMES)]:
        now = merging.compiled(releases)
        began = sum("tender" in each["tag"] for each in releases)
        assert began == (outcome != "planned"), "once: after a call the notice is an update of it"
        is_called = now.get("tender", {}).get("milestones") and outcome == "noticed"
        assert releases[-1]["tag"] == ["tenderUpdate" if is_called else tag]
        assert now.get("tender", {}).get("status") == tender
        assert [each["status"] for each in now.get("awards", [])] == awards
        states = [each["status"] for each in now.get("contracts", [])]
        assert states == (["terminated"] if outcome == "finished" else ["active"] * len(states))


def test_nobody_learns_who_bids_before_the_opening():
    for each in _made():
        before = [one for one in each if one["tag"][0] in ("planning", "tender", "tenderAmendment")]
        told = simplejson.dumps(before, use_decimal=True)
        assert "IR-NLI" not in told
        assert "numberOfTenderers" not in told


def test_a_release_follows_what_was_published_or_is_refused():
    [first, *_] = made = _made()[1]
    process_of = replace(
        made_up(0, Method.PUBLIC, []), number=first["ocid"].removeprefix("ocds-xxxxxx-")
    )
    late = datetime(2030, 1, 1, tzinfo=UTC)
    award = Decided(at=late, award=Award(1, Party.of_firm("14012345679", "ب"), Rial(1)))
    assert release(process_of, award, made)["id"].endswith("-03")
    with pytest.raises(ValueError, match="before what was published"):
        release(process_of, replace(award, at=late - timedelta(days=9000)), made)
    with pytest.raises(ValueError, match="no contract"):
        release(process_of, Finished(at=late, contract_no="C9"), made)


def test_quantities_stay_exact():
    text = simplejson.dumps(_made()[1], use_decimal=True)
    assert Decimal("2150.500") in {
        item["quantity"]
        for one in simplejson.loads(text, use_decimal=True)
        for item in one.get("tender", {}).get("items", [])
    }
