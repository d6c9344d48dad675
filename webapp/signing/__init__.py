"""Signing and verifying in the browser: certificates, lists, the public page."""
