"""The handbook of a process: all that its model says, in words, as a page and on paper."""
