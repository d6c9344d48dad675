"""The area's commands for the command line of a site."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from engine.errors import RulesBroken
from engine.sdk import Actor, ConsoleRequest, console_command
from processes.contractor_statement.commands import IMPORTERS, import_contract
from processes.contractor_statement.demo import demo_contract_setup
from processes.contractor_statement.texts import AreaTexts

#: The operator of the site acts in every unit; nobody signs in as this.
OPERATOR = Actor(
    person_id=UUID(int=0),
    username="console",
    name_fa="راهبر سامانه",
    name_en="Operator",
    desks=frozenset(f"{role}@*" for role in IMPORTERS),
)


@console_command("import-contract")
def import_contract_file(request: ConsoleRequest) -> str:
    """import-contract: bring a contract in from a spreadsheet, all of it or nothing."""
    if len(request.arguments) != 1:
        raise ValueError("import-contract FILE")
    content = Path(request.arguments[0]).read_bytes()
    try:
        contract_id = import_contract(
            request.unit_of_work,
            content,
            actor=OPERATOR,
            at=request.at,
            setup=demo_contract_setup if request.demo else None,
        )
    except RulesBroken as refused:
        raise ValueError(_listing(refused)) from refused
    return f"contract {contract_id}"


def _listing(refused: RulesBroken) -> str:
    """Return every problem on a line of its own: place, code, text."""
    texts = AreaTexts("en")
    lines = []
    for each in refused.problems:
        text = texts.error(each.code) or each.code
        for name, value in each.params.items():
            text = text.replace(f"{{{name}}}", value)
        lines.append(f"{each.field or '-'}: {each.code} {text}")
    return "\n".join(lines)
