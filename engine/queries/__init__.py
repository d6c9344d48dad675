"""What pages show: read-only functions that return frozen page models."""
