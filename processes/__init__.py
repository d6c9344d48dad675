"""The areas of a city's work, one folder each."""
