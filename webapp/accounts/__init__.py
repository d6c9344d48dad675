"""Who uses the pages: sign-in, sign-out, language."""
