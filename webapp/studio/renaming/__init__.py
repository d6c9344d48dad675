"""One name of a draft said in another way, in all its files at once."""
