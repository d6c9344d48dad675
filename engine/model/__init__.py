"""The things the engine is about, one aggregate a file, with their tables."""
