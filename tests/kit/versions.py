"""Versions of areas as tests need them: real models, changed at random or on purpose."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path
from random import Random
from typing import Any

from lxml import etree

from engine.catalogue.bundle import Bundle

_KIT = Path(__file__).parent
PURCHASE = _KIT.parent / "web" / "purchase"


def purchase() -> Bundle:
    """Return the small area of the pages' tests, with a decision table beside it."""
    files = Bundle.read(PURCHASE).files
    return Bundle({**files, "limits.dmn": (_KIT / "limits.dmn").read_bytes()})


def changed(bundle: Bundle, **edits: tuple[str, str] | list[tuple[str, str]]) -> Bundle:
    """Return a bundle with texts replaced in some files, named with ``_`` for ``.`` and ``/``."""
    files = dict(bundle.files)
    for key, told in edits.items():
        [name] = [each for each in files if each.replace(".", "_").replace("/", "_") == key]
        text = files[name].decode()
        for before, after in told if isinstance(told, list) else [told]:
            assert before in text, f"{name} has no {before}"
            text = text.replace(before, after, 1)
        files[name] = text.encode()
    return Bundle(files)


def mutated(bundle: Bundle, random: Random, times: int) -> Bundle:
    """Return a bundle with some of its files changed somewhere, each still of its format."""
    files: dict[str, Any] = dict(bundle.files)  # as bytes, or as read where it is changed
    for _ in range(times):
        name = random.choice(sorted(files))
        if random.random() < 0.03:
            files[f"other_{name.rpartition('/')[2]}"] = files.pop(name)
            continue
        if isinstance(files[name], bytes):
            files[name] = _read(name, files[name])
        if name.endswith((".bpmn", ".dmn")):
            _of_xml(files[name], random)
        else:
            _of_members(files[name], random)
    return Bundle(
        {
            name: each if isinstance(each, bytes) else _written(name, each, random)
            for name, each in files.items()
        }
    )


def _read(name: str, content: bytes) -> Any:
    if name.endswith((".bpmn", ".dmn")):
        return etree.fromstring(content)
    return json.loads(content) if name.endswith(".form") else tomllib.loads(content.decode())


def _written(name: str, said: Any, random: Random) -> bytes:
    if name.endswith((".bpmn", ".dmn")):
        return etree.tostring(said, encoding="UTF-8", xml_declaration=True)
    if name.endswith(".form"):
        return json.dumps(said, ensure_ascii=False, indent=random.choice((1, 2))).encode()
    return _toml(said).encode()


def _of_xml(root: etree._Element, random: Random) -> None:
    nodes = [each for each in root.iter(etree.Element) if each is not root]
    if not nodes:
        return
    node = random.choice(nodes)
    parent = node.getparent()
    assert parent is not None
    match random.randrange(6):
        case 0 if node.attrib:
            key = random.choice(sorted(map(str, node.attrib)))
            node.set(key, random.choice((f"{node.get(key)}1", "امضا", "", "5")))
        case 1 if node.attrib:
            del node.attrib[random.choice(sorted(map(str, node.attrib)))]
        case 2:
            node.text = f"{node.text or ''}{random.choice(('x', ' y ', '۵'))}"
        case 3:
            parent.remove(node)
        case 4:
            twin = copy.deepcopy(node)
            if random.random() < 0.7 and twin.get("id"):
                twin.set("id", f"{twin.get('id')}_{random.randrange(9)}")
            parent.insert(random.randrange(len(parent) + 1), twin)
        case _:
            parent.insert(random.randrange(len(parent)), node)


def _of_members(said: Any, random: Random) -> None:
    """Change something, somewhere inside."""
    inner = [each for each in _values(said) if isinstance(each, dict | list) and each]
    where = random.choice(inner) if inner and random.random() < 0.9 else said
    if isinstance(where, dict):
        _of_dict(where, random)
    elif isinstance(where, list):
        _of_list(where, random)


def _of_dict(where: dict[str, Any], random: Random) -> None:
    key = random.choice(sorted(where)) if where else "first"
    match random.randrange(4):
        case 0:
            where.pop(key, None)
        case 1:
            where[f"{key}_{random.randrange(9)}"] = copy.deepcopy(where.get(key, 1))
        case _:
            where[key] = _another(where.get(key), random)


def _of_list(where: list[Any], random: Random) -> None:
    at = random.randrange(len(where))
    match random.randrange(4):
        case 0:
            del where[at]
        case 1:
            where.insert(random.randrange(len(where) + 1), copy.deepcopy(where[at]))
        case 2:
            random.shuffle(where)
        case _:
            where[at] = _another(where[at], random)


def _another(value: Any, random: Random) -> Any:
    if isinstance(value, dict | list) and random.random() < 0.7:
        return value
    if isinstance(value, bool):
        return not value
    return random.choice((True, 5, "5", "متن", 1.5, {"days": 3}, ["a", "b"], {}, []))


def _values(said: Any) -> list[Any]:
    found, todo = [], [said]
    while todo:
        each = todo.pop()
        found.append(each)
        todo.extend(
            each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        )
    return found


def _toml(said: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(key)} = {_inline(each)}\n" for key, each in said.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        members = ", ".join(f"{json.dumps(key)} = {_inline(each)}" for key, each in value.items())
        return f"{{ {members} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    return json.dumps(value, ensure_ascii=False)
