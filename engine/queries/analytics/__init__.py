"""Figures about many cases of one process: durations, variants, forecasts.

They are worked out from the newest cases of a period, of which no more are read than a page can
wait for (`sample`); how many there were is counted apart (`docs/adr/0043-analytics.md`).
"""
