"""Where the site wants a second administrator to confirm repairs, one alone does no other way.

A repair of one case is asked for on its page (`webapp.monitoring.repair_pages`). Acts on many
cases and `/engine-rest` have nobody to ask, so there they are refused.
"""

from __future__ import annotations

from engine.errors import Problem, RulesBroken
from webapp.request import services


def is_wanted() -> bool:
    """Tell whether a second administrator confirms each repair."""
    return services().settings.monitoring.confirm_repairs


def must_not_be_wanted() -> None:
    """Refuse what one administrator would do to cases alone.

    Raises:
        RulesBroken: ``GEN-SECOND``, a second one has to confirm it.
    """
    if is_wanted():
        raise RulesBroken([Problem("GEN-SECOND", "reason")])
