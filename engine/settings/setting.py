"""One setting as the settings declare it: its kind, its default and what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeVar

from engine.settings.kinds import Kind

T = TypeVar("T")

PREFIX: Final = "DIVAN_"
_KEY: Final = "setting"


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment."""

    name: str
    kind: Kind[Any]
    default: str  #: as it would stand in the environment
    about: str
    is_secret: bool  #: never shown; may stand in a file named by ``<name>_FILE``

    @property
    def file_name(self) -> str:
        """The variable that may name a file holding the value."""
        return f"{self.name}_FILE"


def setting(
    kind: Kind[T], default: str, about: str, *, name: str | None = None, secret: bool = False
) -> T:
    """Declare a field of a settings class as read from ``DIVAN_<name>``.

    Args:
        name: after the prefix; the field's own name in capitals when none is given.
        secret: kept out of every ``repr`` and message.
    """
    declared: Any = field(
        default=kind.read(default),
        repr=not secret,
        metadata={_KEY: (name, kind, default, about, secret)},
    )
    made: T = declared
    return made


def settings_of(group: type[Any]) -> Iterator[tuple[str, Setting]]:
    """Yield each setting of a class beside its field's name."""
    for each in fields(group):
        if _KEY in each.metadata:
            yield each.name, _setting(each)


def _setting(declared: Field[Any]) -> Setting:
    name, kind, default, about, secret = declared.metadata[_KEY]
    return Setting(PREFIX + (name or declared.name.upper()), kind, default, about, secret)


def read(each: Setting, environ: Mapping[str, str]) -> Any:
    """Return the value of a setting in an environment.

    Raises:
        ValueError: its text, or its file, is wrong; the message says how and shows no secret.
    """
    text = environ.get(each.name, "" if each.is_secret else each.default)
    if each.is_secret and each.file_name in environ:
        if each.name in environ:
            raise ValueError(f"{each.name} and {each.file_name} are both set; one is enough")
        text = _content(each.file_name, environ[each.file_name])
    try:
        return each.kind.read(text if text or not each.is_secret else each.default)
    except (ValueError, OSError):
        shown = "wrong" if each.is_secret else repr(text)
        raise ValueError(f"{each.name} is {shown}; it may be {each.kind.may_be}") from None


def _content(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ValueError(f"{name} names {file!r}, which cannot be read: {why}") from None
