"""The floor of B5: a file of the disk, as Flask serves it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

STATIC = Path(__file__).resolve().parents[2] / "webapp" / "static"


def create(_: str) -> Flask:
    """Return the floor's application."""
    return Flask(__name__, static_folder=STATIC)
