"""What people and workers can do: one function, one transaction."""
