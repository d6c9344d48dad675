"""Regular expressions as XPath has them (F&O 3.1, clause 5.6), which cannot run away.

A pattern is parsed to a tree. A simple one is tried by ``re``; one that ``re`` could be caught
in for ever, or has no words for, by a matcher of our own that visits no state twice.
"""

from engine.feel.patterns.pattern import Pattern, compile_pattern

__all__ = ["Pattern", "compile_pattern"]
