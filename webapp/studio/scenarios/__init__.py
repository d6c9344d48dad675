"""The tests that stand beside the models of a draft."""
