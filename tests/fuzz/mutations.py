"""What is done to a file or a text: to its bytes, to its tree, to the words in it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from lxml import etree

#: pieces of FEEL, and what often breaks who reads it
WORDS = (
    *("(", ")", "[", "]", "{", "}", "..", ".", ",", ":", "?", "@", '"', "-", "**", "<", "=", "!="),
    *(" and ", " or ", " in ", " between ", " instance of ", "if ", " then ", " else "),
    *("for x in ", " return ", "some x in ", " satisfies ", "function(x) ", "null", "1e400"),
    *("9" * 40, '"P1Y"', "sort(", "partial", "list<", ">", "context<a: ", "->", '@"2026-02-30"'),
    *("\u200c", "\x00", "🐎", "not(", "1..", "not((1..2])", "مبلغ", "۱۲", "\ufeff", "\u2028"),
)
#: values of attributes and texts that ask for trouble
SPOILT = (
    *("", "-", "?", "((((", "1..", "for x in", "not(", "é" * 50, '"', "@", "true", "false", "p"),
    *("function(f) f(f)", "R-1/PT0S", "R/PT0.001S", "P99999999999Y", "PT1e9H", "9" * 400, "-1"),
    *("=", "=1/0", "${x}", "#{x.y()}", "${", "0000-00-00T99:99:99", "a b", "#x", "number", "it"),
    *("UNIQUE", "for x in 1..100000 return for y in 1..100000 return y", "[" * 200, "../x", "ن"),
)


def of_text(text: str, others: tuple[str, ...], chance: Random) -> str:
    """Return a text with words put in, taken away, doubled, or parts of another in it."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(text))
        to = min(len(text), at + chance.randint(0, 6))
        other = chance.choice(others)
        middle = chance.choice(
            ("", chance.choice(WORDS), text[at:to] * 2, other, other[: chance.randint(0, 9)])
        )
        text = text[:at] + middle + text[to:]
    return text[:2_000]


def of_file(content: bytes, texts: tuple[str, ...], chance: Random) -> bytes:
    """Return a file mutated in one of three ways: bytes, tree, or the words in it."""
    way: Callable[[bytes, Random], bytes] = chance.choice(
        (of_bytes, of_tree, of_tree, lambda whole, by: of_words(whole, texts, by))
    )
    return way(content, chance)


def of_bytes(content: bytes, chance: Random) -> bytes:
    """Return a file with bytes changed, cut, doubled or moved."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(content))
        to = min(len(content), at + chance.choice((1, 1, 2, 8, 60, 2_000)))
        piece = content[at:to]
        middle = chance.choice(
            (
                b"",
                piece * 2,
                piece[::-1],
                chance.randbytes(len(piece)),
                bytes(each ^ (1 << chance.randrange(8)) for each in piece[:1]) + piece[1:],
                chance.choice((b"&amp;", b"&x;", b"<!--", b"]]>", b"<a>", b"\xff", b"\x00", b"<?")),
            )
        )
        content = content[:at] + middle + content[to:]
    return content


def of_tree(content: bytes, chance: Random) -> bytes:
    """Return a file with elements dropped, moved, renamed, doubled, put inside themselves."""
    root = etree.fromstring(content)
    for _ in range(chance.randint(1, 4)):
        every = list(root.iter("{*}*"))
        each, other = chance.choice(every), chance.choice(every)
        if each is not root:
            _change(each, other, every, chance)
    return etree.tostring(root)


def _change(
    each: etree._Element, other: etree._Element, every: list[etree._Element], chance: Random
) -> None:
    parent = each.getparent()
    assert parent is not None
    keys = sorted(str(key) for key in each.attrib)
    match chance.randrange(8):
        case 0:
            parent.remove(each)
        case 1 if keys:
            del each.attrib[chance.choice(keys)]
        case 2 if keys:
            key = chance.choice(keys)
            values = [str(one.get(key)) for one in every if one.get(key)]
            each.set(key, chance.choice(values))  # such as the id of another element
        case 3:
            each.text = None
        case 4 if each is not other and each not in other.iterancestors():
            other.append(each)
        case 5:
            each.tag = other.tag
        case 6:
            parent.append(etree.fromstring(etree.tostring(each)))
        case _:
            for _ in range(chance.choice((1, 3, 40))):
                inner = etree.fromstring(etree.tostring(each))
                each.append(inner)
                each = inner
                if len(etree.tostring(each)) > 4_000:
                    break


def of_words(content: bytes, texts: tuple[str, ...], chance: Random) -> bytes:
    """Return a file with attributes and texts spoilt, such as its conditions and times."""
    root = etree.fromstring(content)
    every = list(root.iter("{*}*"))
    for _ in range(chance.randint(1, 3)):
        each = chance.choice(every)
        keys = sorted(str(key) for key in each.attrib)
        if keys and chance.random() < 0.5:
            key = chance.choice(keys)
            each.set(key, _spoilt(str(each.get(key)), texts, chance))
        else:
            each = chance.choice([one for one in every if (one.text or "").strip()] or every)
            each.text = _spoilt(each.text or "", texts, chance)
    return etree.tostring(root)


def _spoilt(text: str, texts: tuple[str, ...], chance: Random) -> str:
    if chance.random() < 0.4:
        return chance.choice(SPOILT)
    changed = of_text(text, texts, chance)
    return "".join(each for each in changed if each in "\t\n" or (each >= " " and each != "\ufffe"))
