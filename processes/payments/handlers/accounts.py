"""Whose account it is, and from when it may be paid to."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import Answers, Json, Records, record_task
from engine.values import local_date
from processes.payments import registry
from processes.payments.answers.finding import told
from processes.payments.queries.finding import account_of_case
from processes.payments.rules.payees import owner_problems


@record_task("check_account")
def check_account(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Keep the owner that the bank told and say whether he is the payee."""
    account = account_of_case(records.session, records.instance_id)
    owner = answers.get("owner_told") or {}
    account.owner_id, account.owner_name = owner.get("owner_id"), owner.get("owner_name")
    problems = owner_problems(account.payee.identifier, account.owner_id)
    return {
        "owner_id": account.owner_id or "",
        "owner_name": account.owner_name or "",
        "owner_fits": not problems,
        "problems": told(problems),
    }


@record_task("keep_account")
def keep_account(records: Records, _: Answers) -> Mapping[str, Json]:
    """Let the account be paid to, after the hold (R-PAY-07)."""
    account = account_of_case(records.session, records.instance_id)
    account.valid_from = records.at + registry.hold(local_date(records.at))
    return {"valid_from": account.valid_from.isoformat()}
