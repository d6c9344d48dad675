"""Accounting (حسابداری): the double-entry books of what the processes do."""
