"""What starts and answers mean to the area's records, inside the engine's transaction."""

from processes.payments.answers import accounts, options, ordering, signing

__all__ = ["accounts", "options", "ordering", "signing"]
