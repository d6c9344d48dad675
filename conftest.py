"""The fixtures of `tests.kit`, for the house's tests and for every area's own."""

pytest_plugins = [
    "tests.kit.databases",
    "tests.kit.sites",
    "tests.kit.browser",
    "tests.kit.parts",
    "tests.kit.redis",
    "tests.kit.post",
]
