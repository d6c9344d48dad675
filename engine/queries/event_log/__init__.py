"""The event log of many cases for other tools: XES and OCEL 2.0, streamed from the journal."""
