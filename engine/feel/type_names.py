"""``instance of``: the names of types, and which values have them (DMN 1.4, 10.3.2.9)."""

from engine.feel.values import kind_of


def has_type(value: object, type_name: str) -> bool:
    """Tell whether ``value`` is of the type; null is of no type but ``Null``."""
    name, _, inner = type_name.partition("<")
    if name in ("Null", "null"):
        return value is None
    if value is None:
        return False
    if name == "Any":
        return True
    if name == "list" and isinstance(value, list):
        return not inner or all(has_type(item, inner[:-1]) for item in value)
    return kind_of(value) == name
