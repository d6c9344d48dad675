"""How a built-in function is declared: its parameters, their types, and its name in FEEL.

``@builtin("substring", "string: string, start position: number, length?: number")`` declares
one way to call it; more signatures may follow. A ``?`` marks a parameter that may be left out
or null, a ``*`` one that takes all remaining arguments or one list of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.feel.errors import NullBecause
from engine.feel.values import kind_of

Spend = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a function takes in one place."""

    name: str
    types: frozenset[str]  #: names of FEEL types; empty for any value
    optional: bool
    repeated: bool

    def accept(self, value: object) -> object:
        """Return ``value`` as the function takes it, or refuse it with the reason."""
        if value is None and self.optional:
            return None
        if self.repeated:
            return value if isinstance(value, list) else [value]
        if not self.types or kind_of(value) in self.types:
            return value
        if isinstance(value, list) and len(value) == 1 and kind_of(value[0]) in self.types:
            return value[0]  # a list of one stands for its item (10.3.2.9.4)
        if "list" in self.types and value is not None:
            return [value]
        wanted = " or ".join(sorted(self.types))
        raise NullBecause(f"“{self.name}” must be a {wanted}, not a {kind_of(value)}")


@dataclass(frozen=True, slots=True)
class Builtin:
    """One function of the language."""

    name: str
    signatures: tuple[tuple[Parameter, ...], ...]
    function: Callable[..., object]
    asks_time: bool
    goes_deep: bool  #: it looks at lists inside lists too
    spends: bool  #: it is given, first, what counts the steps it takes

    def answer(
        self,
        positional: Sequence[object],
        named: Mapping[str, object],
        now: datetime | None,
        spend: Spend,
    ) -> object:
        """Call the function; ``spend`` counts the steps it takes, and may end it.

        Raises:
            NullBecause: the arguments do not fit, or the function has no answer.
        """
        arguments = self._by_name(named) if named else self._by_position(positional)
        if self.spends:
            return self.function(spend, *arguments)
        if not self.asks_time:
            return self.function(*arguments)
        if now is None:
            raise NullBecause("the time is not known here")
        return self.function(now)

    def _by_position(self, values: Sequence[object]) -> Sequence[object]:
        refusal = None
        for signature in self.signatures:
            if signature and signature[-1].repeated:
                return _with_repeated(signature, values)
            needed = sum(not parameter.optional for parameter in signature)
            if needed <= len(values) <= len(signature):
                pairs = zip(signature, values, strict=False)
                try:
                    return [parameter.accept(value) for parameter, value in pairs]
                except NullBecause as reason:
                    refusal = refusal or reason
        raise refusal or NullBecause(f"takes {self._usage()}, not {len(values)} arguments")

    def _by_name(self, values: Mapping[str, object]) -> Sequence[object]:
        for signature in self.signatures:
            needed = {parameter.name for parameter in signature if not parameter.optional}
            if needed <= values.keys() <= {parameter.name for parameter in signature}:
                return [parameter.accept(values.get(parameter.name)) for parameter in signature]
        raise NullBecause(f"takes {self._usage()}, not ({', '.join(values)})")

    def _usage(self) -> str:
        return " or ".join(
            f"({', '.join(parameter.name for parameter in signature)})"
            for signature in self.signatures
        )


def _with_repeated(signature: Sequence[Parameter], values: Sequence[object]) -> Sequence[object]:
    """Gather the last arguments into one list, unless a single list was given."""
    first = signature[:-1]
    fixed, rest = values[: len(first)], list(values[len(first) :])
    if len(fixed) < len(first) or not rest:
        raise NullBecause(f"takes at least {len(first) + 1} arguments")
    if not first and len(rest) == 1 and isinstance(rest[0], list):
        rest = rest[0]
    accepted = [parameter.accept(value) for parameter, value in zip(first, fixed, strict=True)]
    return [*accepted, rest]


#: All functions by their name in FEEL; filled where they are declared.
BUILTINS: dict[str, Builtin] = {}


def builtin(
    name: str,
    *signatures: str,
    asks_time: bool = False,
    goes_deep: bool = False,
    spends: bool = False,
) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Declare the decorated function as the built-in ``name``."""
    parsed = tuple(_signature(each) for each in signatures) or ((),)

    def declare(function: Callable[..., object]) -> Callable[..., object]:
        BUILTINS[name] = Builtin(name, parsed, function, asks_time, goes_deep, spends)
        return function

    return declare


def _signature(text: str) -> tuple[Parameter, ...]:
    parameters = []
    for part in text.split(", "):
        name, _, types = part.partition(": ")
        parameters.append(
            Parameter(
                name.rstrip("?*"),
                frozenset(types.split(" | ")) if types else frozenset(),
                optional=name.endswith("?"),
                repeated=name.endswith("*"),
            )
        )
    return tuple(parameters)
