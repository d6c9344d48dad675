"""What the area's pages and steps read."""
