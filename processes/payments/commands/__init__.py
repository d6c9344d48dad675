"""The area's own acts outside a task: enter what is to be paid, take what the bank sent."""

from processes.payments.commands.entering import NewBasis, enter_basis
from processes.payments.commands.reconciling import Taken, explain_line, take_file

__all__ = ["NewBasis", "Taken", "enter_basis", "explain_line", "take_file"]
