"""The staff's web application: pages over the engine's commands and queries."""

from webapp.app import create_app

__all__ = ["create_app"]
