"""What a value says when the text or number given for it is not one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


class InvalidValue(ValueError):
    """Something that should be a value is not one.

    ``code`` is the stable error code a page translates, ``params`` are the facts its text
    mentions. The message is English and only for logs.
    """

    def __init__(self, code: str, message: str = "", **params: str) -> None:
        super().__init__(f"{code} {message}".rstrip())
        self.code = code
        self.params: Mapping[str, str] = MappingProxyType(params)
