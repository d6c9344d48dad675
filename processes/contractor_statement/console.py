"""What an operator does with contracts from the command line."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from engine.sdk import Actor, ConsoleRequest, console_command, desk_of
from processes.contractor_statement.commands import IMPORTERS, import_contract
from processes.contractor_statement.demo import demo_contract_setup

#: the operator brings contracts into every unit
OPERATOR = Actor(
    uuid5(NAMESPACE_URL, "divan:console"),
    "console",
    "خط فرمان",
    "Command line",
    desks=frozenset(desk_of(role, "*") for role in IMPORTERS),
)


@console_command("import-contract")
def bring_contract(request: ConsoleRequest) -> str:
    """import-contract FILE [--advance-unpaid]: bring a contract in from its spreadsheet."""
    files = [each for each in request.arguments if not each.startswith("--")]
    options = set(request.arguments) - set(files)
    if len(files) != 1 or options - {"--advance-unpaid"}:
        raise ValueError("usage: divan import-contract FILE [--advance-unpaid]")
    contract_id = import_contract(
        request.unit_of_work,
        Path(files[0]).read_bytes(),
        actor=OPERATOR,
        at=request.at,
        advance_paid="--advance-unpaid" not in options,
        setup=demo_contract_setup if request.demo else None,
    )
    return f"contract {contract_id}"
