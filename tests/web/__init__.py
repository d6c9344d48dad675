"""The web application, asked like a browser asks, over a real database."""
