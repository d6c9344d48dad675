"""What every page has around its content: looks, texts for scripts, what was just done, news."""
