"""Templates of papers, edited with their pages beside."""
