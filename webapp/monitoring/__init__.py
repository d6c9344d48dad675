"""The bridge: what those see, and do, who watch over the cases of others.

A room is one line in `webapp.monitoring.rooms`, its pages are a blueprint named here, and its
templates extend ``monitoring/room.html``.
"""

from webapp.monitoring import (
    batches,
    case_acts,
    cases,
    connections,
    definitions,
    held_steps,
    incidents,
    instance,
    keeping,
    migrating,
    overview,
    own_overview,
    paper,
    played_case,
    repair_pages,
    rooms,
    two_cases,
    webhooks,
)
from webapp.monitoring.analytics import BLUEPRINT as ANALYTICS

#: its addresses
MONITORING = (
    rooms.bp,
    overview.bp,
    own_overview.bp,
    cases.bp,
    definitions.bp,
    held_steps.bp,
    case_acts.bp,
    instance.bp,
    two_cases.bp,
    played_case.bp,
    repair_pages.bp,
    ANALYTICS,
    incidents.bp,
    batches.bp,
    migrating.bp,
    keeping.bp,
    paper.bp,
    webhooks.bp,
    connections.bp,
)
