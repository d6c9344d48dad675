"""Cut a FEEL text into tokens (DMN 1.4, clause 10.3.1.2, rules 27 to 38 and 62 to 66)."""

import re
from typing import NamedTuple

from engine.feel.errors import MAX_TEXT, syntax_error

KEYWORDS = frozenset(
    {
        *("and", "between", "or", "true", "false", "null"),
        *("else", "every", "for", "function", "if", "in", "return", "satisfies", "some", "then"),
    }
)


class Token(NamedTuple):
    """A piece of text; ``text`` is the value for strings, the source for all others."""

    kind: str  #: number, string, name, keyword, symbol, unknown or end
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end"
        return f'"{self.text}"' if self.kind == "string" else f"‘{self.text}’"


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of ``text``, the last of kind ``end``.

    Raises:
        FeelSyntaxError: the text is too long, or a string or comment is not closed or
            holds an escape that is none.
    """
    if len(text) > MAX_TEXT:
        raise syntax_error(text, MAX_TEXT, f"at most {MAX_TEXT} characters", f"{len(text)}")
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            tokens.append(Token("unknown", text[at], at, at + 1))
            at += 1
            continue
        at = match.end()
        if match.lastgroup != "space":
            tokens.append(_token(text, match))
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


# Name characters are those of rules 28 and 29, less the Persian and Arabic comma, semicolon,
# separators and digits at the start: a comma typed on a Persian keyboard is an error to name.
_START = (
    r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u0605\u060e-\u061a"
    r"\u061c-\u061e\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u1fff\u200c\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + r"0-9\u00b7\u0300-\u036f\u0660-\u0669\u06f0-\u06f9\u203f\u2040"
NAME_PART = re.compile(f"[{_PART}]")

_TOKEN = re.compile(
    rf"""
    (?P<space>   [\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f]+
               | [\u205f\u2060\u3000\ufeff]+ | //[^\n]* | /\*.*?\*/ )
  | (?P<number>  (?: \d+ (?:\.\d+)? | (?<!\.)\.\d+ ) (?:[eE][+-]?\d+)? (?![{_PART}]) )
  | (?P<string>  "(?: [^"\\] | \\. )*" )
  | (?P<unclosed> " | /\* )
  | (?P<instance> instance\s+of (?![{_PART}]) )
  | (?P<word>    [{_START}][{_PART}]* )
  | (?P<symbol>  \*\* | \.\. | != | <= | >= | -> | [-+*/=<>()\[\]{{}},:.?@] )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)


def _token(text: str, match: re.Match[str]) -> Token:
    kind, found = match.lastgroup, match.group()
    if kind == "unclosed":
        closing = '"' if found == '"' else "*/"
        raise syntax_error(text, match.start(), f"a closing ‘{closing}’", "the end")
    if kind == "string":
        return Token("string", _unescaped(text, match), match.start(), match.end())
    if kind == "instance":
        return Token("keyword", "instance of", match.start(), match.end())
    if kind == "word":
        kind = "keyword" if found in KEYWORDS else "name"
    return Token(str(kind), found, match.start(), match.end())


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def _unescaped(text: str, match: re.Match[str]) -> str:
    body = match.group()[1:-1]
    if "\\" not in body:
        return body

    def character(escape: re.Match[str]) -> str:
        code = escape[1] or escape[2]
        if code and int(code, 16) <= 0x10FFFF:
            return chr(int(code, 16))
        if code:
            at = match.start() + 1 + escape.start()
            raise syntax_error(text, at, "a character up to U+10FFFF", f"‘{escape[0]}’")
        return _PLAIN.get(escape[3], escape[0])  # \\d is the two characters of a pattern

    plain = _ESCAPE.sub(character, body)
    try:  # two \u escapes may name one character in UTF-16
        return plain.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise syntax_error(text, match.start(), "whole characters", "half a pair") from None
