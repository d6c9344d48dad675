"""Values that a test may hold, made up."""

from __future__ import annotations

from hypothesis import strategies as st

LETTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(LETTERS, max_size=20)
VALUES = st.recursive(
    st.booleans()
    | st.integers()
    | st.decimals(-(10**15), 10**15, allow_nan=False, places=4)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
TABLES = st.dictionaries(TEXTS, VALUES, max_size=3)
