"""The part of Flask-Babel we use; the package itself has no types."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from babel import Locale
from babel.support import NullTranslations
from flask import Flask

class LazyString:
    """A text looked up when it is shown."""

class Domain:
    """Where texts are looked up."""

    def get_translations(self) -> NullTranslations: ...

class Babel:
    domain_instance: Domain
    def __init__(self, app: Flask, *, locale_selector: Callable[[], str | Locale]) -> None: ...

def gettext(string: str, **variables: object) -> str: ...
def ngettext(singular: str, plural: str, num: int, **variables: object) -> str: ...
def lazy_gettext(string: str, **variables: object) -> LazyString: ...
def get_locale() -> Locale | None: ...
def force_locale(locale: str) -> AbstractContextManager[None]: ...
