"""The staff's web application: pages over the engine's commands and queries."""
