"""What sealed things are refused for; never which byte or bit of them."""

from __future__ import annotations


class SealBroken(ValueError):
    """A sealed content is not what was sealed, or not for this place."""


class ShareRefused(ValueError):
    """What a member gave is not made with that member's share."""
