"""The order process in django-viewflow."""
