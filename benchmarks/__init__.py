"""What the work costs, beside floors measured in the same run: `make bench`."""
