"""The fixtures of `tests.kit`, for the house's tests and for every area's own."""

pytest_plugins = [
    "tests.kit.garbage",  # first: it looks after what all the others load
    "tests.kit.addresses",
    "tests.kit.databases",
    "tests.kit.sites",
    "tests.kit.browser",
    "tests.kit.parts",
    "tests.kit.sharing",
    "tests.kit.redis",
    "tests.kit.post",
]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Return the same id in every process: an archive made for a test carries its moment.

    Workers that collect other ids than each other run nothing at all.
    """
    return argname if isinstance(val, bytes) else None
