"""A contractor with an account bids with the same one: registered, looked at, and bound to ids."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.errors import RulesBroken
from engine.model.admin_event import AdminEvent
from engine.model.person import Person, Representation
from engine.values import local_date
from processes.transactions.tests.test_registration import AT, COMPANY, PAPERS, attached, waiting
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words
from tests.kit.walking import codes

SignedIn = Callable[[str], FlaskClient]
OWN, CODE, OTHERS = "14000001232", "0084575948", "10380284790"
ASKED = {each: said for each, said in COMPANY.items() if each not in {"new", "again"}}


@pytest.fixture
def contractor(office: Office) -> Callable[[date | None], None]:
    """The demonstration's contractor sends statements for one more firm, until a day."""

    def until(last: date | None) -> None:
        with office.database.unit_of_work() as uow:
            one = Representation.party == OWN, Representation.role == "CONTRACTOR"
            uow.session.execute(update(Representation).where(*one).values(valid_to=last))
            uow.commit()

    with office.database.unit_of_work() as uow:
        person = uow.session.scalars(select(Person).where(Person.username == "contractor")).one()
        person.national_code = CODE
        of = {"person_id": person.id, "role": "CONTRACTOR"}
        uow.session.execute(
            update(Representation)
            .where(Representation.person_id == person.id)
            .values(valid_to=local_date(office.clock()) - timedelta(days=1))
        )  # of one firm only, so that it is this one that is known
        uow.session.add(Representation(party=OWN, **of))
        uow.commit()
    return until


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_a_contractor_registers_and_bids_with_the_account_there_is(
    office: Office,
    signed_in: SignedIn,
    contractor: Callable[[date | None], None],
    locale: str,
):
    mine = signed_in("contractor")
    mine.post("/language", data={"locale": locale})
    assert f'href="{AT}"' in mine.get("/tasks").text, "the rail leads there"
    assert mine.get("/bidding").status_code == 404

    asked = mine.get(AT).text
    known = dict(re.findall(r'name="(identifier|representative_code)" value="([^"]*)"', asked))
    assert known == {"identifier": OWN, "representative_code": CODE}
    assert 'type="password"' not in asked
    assert foreign_words("<main" + asked.split("<main")[1], locale) == []

    wrong = ASKED | {"identifier": OTHERS, "representative_code": "0013542419"}
    refused = mine.post(AT, data=wrong)
    assert refused.status_code == 422
    assert set(re.findall(r'id="(\w+)-problem"', refused.text)) == {
        "identifier", "representative_code"
    }  # fmt: skip
    assert f'value="{OTHERS}"' in refused.text, "nothing typed is lost"
    sent = mine.post(AT, data=ASKED)
    assert sent.status_code == 303, sent.text
    assert mine.post(sent.location, data=attached(*PAPERS, send="1")).status_code == 303

    case = waiting(office)
    contractor(local_date(office.clock()) - timedelta(days=1))
    with pytest.raises(RulesBroken) as ended:
        case.do("decide_registration", "admit")
    assert codes(ended) == [("REG-015", "outcome")]
    contractor(None)
    case.do("decide_registration", "admit")

    assert mine.get("/bidding").status_code == 200, "at once, by the same account"
    assert f'href="{AT}"' not in mine.get("/tasks").text
    own = mine.get(sent.location).text
    assert "contractor" in own
    assert '"/sign-in"' not in own, "who is signed in is not asked to"
    with office.database.reader() as session:
        people = session.scalars(select(Person.username).where(Person.username == OWN)).all()
        kinds = session.execute(
            select(AdminEvent.kind, AdminEvent.actor).where(AdminEvent.person == "contractor")
        ).all()
    assert people == [], "no other account was made"
    assert ("role_granted", "proc_officer") in [tuple(each) for each in kinds]
