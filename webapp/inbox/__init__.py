"""The list of work and the task page."""
