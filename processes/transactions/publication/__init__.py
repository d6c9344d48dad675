"""What the public is told of a transaction, as OCDS 1.1.5 (`domain.md` §3.10).

`events` are what was announced, `releases` makes a release of each, `merging` the compiled state
of many, `packages` what is handed out.
"""
