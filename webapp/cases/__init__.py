"""The case page: who has it now, what happened, where it stands."""
