"""The editor of decision tables, with what a changed one would have said of past cases."""
