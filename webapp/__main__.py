"""Where the ``divan`` command begins: it loads the product without looking for garbage.

Loading makes some 1,300 modules, which stay for the life of the process. Python would walk
over all that was made a dozen times meanwhile, and find nothing to throw away: a tenth of
the time of a start.
"""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Load the commands, then run the one that was asked for."""
    gc.disable()
    from webapp import cli  # noqa: PLC0415 - what is loaded here is what must not be walked over

    return cli.main(loaded=_keep)


def _keep() -> None:
    """Look for garbage from now on, but not among what was loaded."""
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    sys.exit(main())
