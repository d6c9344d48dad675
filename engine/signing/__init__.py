"""Electronic signatures: canonical bytes, certificates, signing and verifying.

Nothing here knows a database, a page or a case; `engine.commands.signing` does.
"""

from engine.signing.levels import LEVELS, Level

__all__ = ["LEVELS", "Level"]
