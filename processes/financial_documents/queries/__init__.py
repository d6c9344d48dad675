"""What the area's pages show, read only."""
