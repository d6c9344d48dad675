"""The process every engine compared runs: approve, decide, confirm, reckon."""
