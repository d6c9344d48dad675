"""Deployments out of the workshop, and processes of which no case is started for now."""
