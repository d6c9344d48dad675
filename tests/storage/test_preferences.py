"""What people choose for their pages is kept beside them, and wrong things are not."""

import pytest

from engine.commands import preferences
from engine.model.person import Person
from engine.model.preferences import (
    DEFAULTS,
    PREFERENCES,
    PreferenceRefused,
    UnknownPreference,
    preferences_of,
)
from engine.storage.actors import by_username
from engine.storage.database import Database
from tests.storage.conftest import NOON

pytestmark = pytest.mark.both_databases


@pytest.fixture
def somebody(bare_database: Database):
    """Return what reads the only person there is, as a request does."""
    with bare_database.unit_of_work() as uow:
        uow.session.add(
            Person(
                username="ali", name_fa="علی", name_en="Ali", national_code=None, password_hash=None
            )
        )
        uow.commit()

    def read():
        with bare_database.unit_of_work() as uow:
            return by_username(uow.session, "ali", NOON)

    return read


def test_who_has_chosen_nothing_has_the_defaults(somebody):
    assert somebody().preferences == DEFAULTS


def test_what_was_chosen_is_there_at_the_next_request(bare_database, somebody):
    actor = somebody()
    chosen = {
        "density": "compact",
        "calendar": "gregorian",
        "keys": False,
        "inbox.columns": {"inbox": [{"key": "contract", "width": 120}]},
        "notify": {"mentioned": "mail"},
    }
    for key, value in chosen.items():
        preferences.keep(bare_database.unit_of_work(), key, value, actor=actor, at=NOON)

    assert somebody().preferences == {**DEFAULTS, **chosen}


def test_a_default_chosen_again_takes_no_room(bare_database, somebody):
    actor = somebody()

    for value in ("compact", "comfortable"):
        preferences.keep(bare_database.unit_of_work(), "density", value, actor=actor, at=NOON)

    with bare_database.unit_of_work() as uow:
        assert uow.session.get_one(Person, actor.person_id).preferences is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("density", "huge", id="not one of the words"),
        pytest.param("density", ["compact"], id="a list of words"),
        pytest.param("keys", "no", id="a word for yes or no"),
        pytest.param("inbox.columns", {"inbox": "x" * 5_000}, id="far too long"),
        pytest.param("notify", {"mentioned": {"by": "mail"}}, id="too deep"),
    ],
)
def test_a_value_of_another_shape_is_refused_and_nothing_kept(bare_database, somebody, key, value):
    with pytest.raises(PreferenceRefused):
        preferences.keep(bare_database.unit_of_work(), key, value, actor=somebody(), at=NOON)

    assert somebody().preferences == DEFAULTS


def test_a_name_nothing_is_kept_under_is_refused(bare_database, somebody):
    with pytest.raises(UnknownPreference):
        preferences.keep(bare_database.unit_of_work(), "colour", "pink", actor=somebody(), at=NOON)


@pytest.mark.parametrize("stored", ["[]", '{"theme": 7, "keys": null}', '{"gone": 1}', "7"])
def test_what_is_stored_in_another_shape_counts_as_not_chosen(stored):
    assert preferences_of(stored) == DEFAULTS


def test_every_default_fits_its_own_shape():
    assert all(each.fits(each.default) for each in PREFERENCES.values())
