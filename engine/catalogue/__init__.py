"""Process folders: found, read, checked; what their Python registers."""
