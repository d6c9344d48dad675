"""What those see who watch over the cases of others."""
