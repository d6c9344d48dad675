"""Styles say where things begin and end, never left or right, and take colours by their names."""

from __future__ import annotations

import re

import pytest

from tests.guards.tree import texts

TOKENS = "frontend/src/style/tokens.css"
#: drawings of processes lie on white paper in the dark too: their colours are the modeler's
DRAWINGS = "frontend/src/diagram/diagram.css"

#: what text stands on
GROUNDS = ("paper", "surface", "sunken", "raised")

SIDES = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset|scroll-(?:margin|padding))-)?(?:left|right|top|bottom)"
    r"(?:-(?:width|color|style|radius))?\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
)
COLOURS = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch)\(")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def test_styles_say_start_and_end_and_never_left_or_right():
    assert _found(SIDES) == []


def test_colours_are_said_once_among_the_tokens():
    assert _found(COLOURS, but=frozenset({TOKENS, DRAWINGS})) == []


def test_every_name_a_style_uses_is_one_of_the_tokens_or_of_its_own_file():
    tokens = _names(_styles()[TOKENS])
    unknown = {
        f"{name}: {used}"
        for name, text in _styles().items()
        for used in re.findall(r"var\((--[\w-]+)\)", text)
        if used not in tokens | _names(text)
    }
    assert unknown == set()


def test_no_template_styles_an_element_by_itself():
    """The content security policy would drop it."""
    templates = {name: text for name, text in texts().items() if name.endswith(".html")}
    assert [name for name, text in templates.items() if re.search(r"<style|\sstyle=", text)] == []


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_what_is_written_can_be_read_on_what_it_stands_on(theme: int):
    """Contrast of WCAG 2.2: 1.4.3 for text, 1.4.11 for the border of a field."""
    found = re.findall(r"--([\w-]+): light-dark\(#(\w{6}), #(\w{6})\)", _styles()[TOKENS])
    colours = {name: pair[theme] for name, *pair in found}
    means = ("danger", "warn", "good", "info", "accent")
    pairs = [(text, on, 4.5) for text in ("ink", "muted", *means) for on in GROUNDS]
    pairs += [(each, f"{each}-wash", 4.5) for each in means]
    pairs += [(each, f"{wash}-wash", 4.5) for each in ("ink", "muted") for wash in means]
    pairs += [("accent-ink", each, 4.5) for each in ("accent", "accent-strong")]
    pairs += [(each, on, 3) for each in ("line-strong", "focus") for on in GROUNDS]
    weak = {
        f"{text} on {on}": round(contrast, 2)
        for text, on, least in pairs
        if (contrast := _contrast(colours[text], colours[on])) < least
    }
    assert weak == {}


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _styles() -> dict[str, str]:
    found = {name: text for name, text in texts().items() if name.endswith(".css")}
    return {name: COMMENT.sub("", text) for name, text in found.items()}


def _names(text: str) -> set[str]:
    return set(re.findall(r"(--[\w-]+)\s*:", text))


def _found(pattern: re.Pattern[str], but: frozenset[str] = frozenset()) -> list[str]:
    return [
        f"{name}: {line.strip()}"
        for name, text in _styles().items()
        if name not in but
        for line in text.splitlines()
        if pattern.search(line)
    ]
