"""Links that carry a proof of their own: whoever has one got it from this site."""

from __future__ import annotations

from flask import current_app
from itsdangerous import URLSafeTimedSerializer


def link_signer(salt: str) -> URLSafeTimedSerializer:
    """Return what signs and reads the tokens of one kind of link; replaced keys still read.

    Args:
        salt: names the kind, so that a token of one is none of another.
    """
    fallbacks = current_app.config.get("SECRET_KEY_FALLBACKS") or []
    keys = [*reversed(fallbacks), current_app.config["SECRET_KEY"]]  # the last one signs
    return URLSafeTimedSerializer(keys, salt=salt)
