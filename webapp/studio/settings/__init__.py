"""``process.toml`` of a draft, and the texts beside it, as fields to fill in."""
