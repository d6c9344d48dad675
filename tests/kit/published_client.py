"""What the published Camunda 7.18 client can ask, read out of the client itself.

`generic-camunda-client` (PyPI, Apache-2.0) is generated from the API's description, which is
published nowhere by itself as a package. Run as a program it writes the two files that
``webapp.engine_rest.published`` holds; a test compares them.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

CLIENT = "generic_camunda_client"
HERE = Path(__file__).parents[2] / "webapp" / "engine_rest" / "published"
_TYPED = re.compile(r":param (?P<type>\S+) (?P<name>\w+):")


def operations() -> list[dict[str, Any]]:
    """Return every operation of the client, by address and method."""
    found = [
        _operation(method, file.removesuffix("_api.py"))
        for file, tree in _trees("api")
        for method in ast.walk(tree)
        if isinstance(method, ast.FunctionDef) and method.name.endswith("_with_http_info")
    ]
    return sorted(found, key=lambda each: (each["path"], each["method"]))


def models() -> dict[str, dict[str, str]]:
    """Return the properties of every model of the client, each with its type."""
    found = {}
    for _, tree in _trees("models"):
        for each in tree.body:
            if isinstance(each, ast.ClassDef):
                types, names = (_mapping(each, key) for key in ("openapi_types", "attribute_map"))
                found[each.name] = {names[key]: types[key] for key in names}
    return dict(sorted(found.items()))


def _trees(folder: str) -> Iterator[tuple[str, ast.Module]]:
    for file in sorted((resources.files(CLIENT) / folder).iterdir(), key=lambda each: each.name):
        if file.name.endswith(".py") and file.name != "__init__.py":
            yield file.name, ast.parse(file.read_text())


def _operation(method: ast.FunctionDef, group: str) -> dict[str, Any]:
    asked = next(_calls(method, "call_api"))
    kept = {each.arg: each.value for each in asked.keywords}
    types = {
        each["name"]: each["type"] for each in _TYPED.finditer(ast.get_docstring(method) or "")
    }
    body = next((types[name] for name in _bodies(method)), None)
    said = {
        "id": _camel(method.name.removesuffix("_with_http_info")),
        "group": group.replace("_", " "),
        "method": ast.literal_eval(asked.args[1]),
        "path": ast.literal_eval(asked.args[0]),
        "query": dict(_appended(method, "query_params", types)),
        "form": dict(_appended(method, "form_params", types)),
        "body": body,
        "answer": ast.literal_eval(kept["response_type"]),
    }
    return {name: each for name, each in said.items() if each}


def _bodies(method: ast.FunctionDef) -> Iterator[str]:
    for target, value in _assigned(method):
        is_body = isinstance(target, ast.Name) and target.id == "body_params"
        if is_body and isinstance(value, ast.Subscript):
            yield ast.literal_eval(value.slice)


def _assigned(method: ast.FunctionDef) -> Iterator[tuple[ast.expr, ast.expr]]:
    for each in ast.walk(method):
        if isinstance(each, ast.Assign):
            yield each.targets[0], each.value


def _calls(method: ast.FunctionDef, name: str) -> Iterator[ast.Call]:
    for each in ast.walk(method):
        if isinstance(each, ast.Call) and getattr(each.func, "attr", "") == name:
            yield each


def _appended(method: ast.FunctionDef, to: str, types: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the parameters put into one of the client's lists, as named on the wire."""
    for each in _calls(method, "append"):
        if getattr(getattr(each.func, "value", None), "id", "") == to:
            name, value = each.args[0].elts  # type: ignore[attr-defined]
            yield name.value, types[value.slice.value]
    for target, _ in _assigned(method):
        match target:
            case ast.Subscript(value=ast.Name(id="local_var_files")) if to == "form_params":
                yield ast.literal_eval(target.slice), "file"


def _mapping(model: ast.ClassDef, name: str) -> dict[str, str]:
    for each in model.body:
        if isinstance(each, ast.Assign) and getattr(each.targets[0], "id", "") == name:
            return dict(ast.literal_eval(each.value))
    raise LookupError(name)


def _camel(name: str) -> str:
    return re.sub(r"_+([a-z0-9])", lambda found: found[1].upper(), name)


def _lines(rows: dict[str, Any] | list[Any]) -> str:
    """Return JSON with one row a line, so that differences can be read."""
    if isinstance(rows, list):
        said = [json.dumps(each) for each in rows]
        return "[\n" + ",\n".join(said) + "\n]\n"
    said = [f"{json.dumps(key)}: {json.dumps(each)}" for key, each in rows.items()]
    return "{\n" + ",\n".join(said) + "\n}\n"


if __name__ == "__main__":
    (HERE / "operations.json").write_text(_lines(operations()))
    (HERE / "models.json").write_text(_lines(models()))
