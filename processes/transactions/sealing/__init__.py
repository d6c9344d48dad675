"""Bids that nobody can read before the session (R-TND-02): ADR 53 says how and against whom.

Pure: bytes and numbers in, bytes and numbers out. What a bidder's and a member's browser does is
`frontend/src/sealing`; `member` does the same here, for tests and for tools of one's own.
"""
