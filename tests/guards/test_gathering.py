"""A catalogue is replaced whole by ``make translations``, or left as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tests import gathering
from tests.gathering import MOST_GONE, TooManyGone, gather

SAID = [f"Sentence {number}" for number in range(MOST_GONE + 10)]


def written(path: Path, *said: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = Catalog(locale="fa" if path.suffix == ".po" else None)
    for each in said:
        made.add(each, f"fa: {each}" if path.suffix == ".po" else "")
    with path.open("wb") as file:
        write_po(file, made, width=0)
    return path


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A Persian catalogue of some sentences, all translated."""
    return written(tmp_path / "fa" / "LC_MESSAGES" / "messages.po", *SAID)


def test_what_is_new_comes_what_stays_keeps_its_words_and_what_is_gone_is_told(
    catalogue: Path, tmp_path: Path
):
    template = written(tmp_path / "messages.pot", *SAID[1:], "New")

    assert gather(catalogue, template) == [SAID[0]]

    with catalogue.open("rb") as file:
        now = read_po(file, locale="fa")
    assert {each.id: each.string for each in now if each.id} == {
        **{each: f"fa: {each}" for each in SAID[1:]},
        "New": "",
    }
    assert list(catalogue.parent.iterdir()) == [catalogue]


def test_an_extraction_that_lost_many_messages_is_refused_unless_it_is_meant(
    catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    before = catalogue.read_bytes()
    template = written(tmp_path / "messages.pot", *SAID[: -MOST_GONE - 1])

    assert gathering.main([str(template), str(catalogue)]) == 1
    assert f"{MOST_GONE + 1} of {len(SAID)} messages would go" in capsys.readouterr().err
    assert catalogue.read_bytes() == before

    assert gathering.main([gathering.ALLOWED, str(template), str(catalogue)]) == 0
    with pytest.raises(TooManyGone):
        gather(catalogue, written(tmp_path / "none.pot"), most_gone=0)


def test_a_disk_that_is_full_leaves_the_catalogue_as_it_was(
    catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = catalogue.read_bytes()
    template = written(tmp_path / "messages.pot", *SAID)

    def half(file, *_args: object, **_named: object) -> None:
        file.write(b"half of it")
        raise OSError("no space left on the device")

    monkeypatch.setattr(gathering, "write_po", half)
    with pytest.raises(OSError, match="no space"):
        gather(catalogue, template)

    assert catalogue.read_bytes() == before
    assert list(catalogue.parent.iterdir()) == [catalogue]
