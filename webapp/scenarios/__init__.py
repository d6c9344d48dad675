"""Tests beside the model, told to people in words."""
