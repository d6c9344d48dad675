"""The service task of a supplement that nobody signs."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import Answers, Json, Records, record_task
from processes.transactions.answers.supplementing import supplement_of


@record_task("drop_supplement")
def drop_supplement(records: Records, _: Answers) -> Mapping[str, Json]:
    """Keep that a supplement was proposed and is not in force; another may be proposed."""
    supplement_of(records.session, records.instance_id).refused_at = records.at
    return {}
