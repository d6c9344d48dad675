"""Rows: the unit of work, the hot path's load and save, migrations."""
