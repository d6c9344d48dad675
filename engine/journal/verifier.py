"""Verifies an exported journal: python3 verifier.py journal.jsonl [PUBLIC-KEY-IN-HEX …]

Needs Python 3.9 and the openssl command, and nothing of Divan: this file is to be read by
whoever has to believe it. Each line of the export is a JSON array:

    ["batch", STATEMENT, SIGNATURE, KEY, [[CASE, NUMBER], …], [ACT, …]]    in their order
    ["case", CASE, [[ACT, SALT, ACTOR, FACTS], …]]                         its acts in their order
    ["purged", CASE, [HASH, …]]                    a case that is gone: of each of its acts the hash

STATEMENT and ACT are canonical JSON (RFC 8785) as they were hashed. SALT, ACTOR and FACTS are null
where texts were left out or erased; else they are held to the commitments in ACT.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

#: of an Ed25519 public key as openssl reads it (RFC 8410 §4)
_DER = bytes.fromhex("302a300506032b6570032100")


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a Merkle tree (RFC 9162 §2.1)."""
    level = [_sha(b"\x00", each) for each in leaves] or [_sha()]
    while len(level) > 1:
        pairs = [_sha(b"\x01", *level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _heads(case: str, acts: Iterable[Any], faults: list[str]) -> list[bytes]:
    """Return the heads of a case's chain, the first before its first act."""
    heads = [bytes(32)]
    for number, (record, salt, actor, facts) in enumerate(acts, 1):
        said = json.loads(record)
        if (said["case"], said["seq"]) != (case, number) or _canonical(said) != record.encode():
            faults.append(f"case {case}: act {number} is not what it says it is")
        for name, text in (("actor", actor), ("facts", facts)):
            if salt is None or text is None:
                continue
            made = hmac.new(bytes.fromhex(salt), f"{name}\0{text}".encode(), "sha256").hexdigest()
            if made != said.get(name):
                faults.append(f"case {case}: the {name} of act {number} is another")
        heads.append(_sha(b"\x01", heads[-1], _sha(b"\x00", record.encode())))
    return heads


def _heads_of_purged(hashes: Iterable[str]) -> list[bytes]:
    """Return the heads of the chain of a case of whose acts only the hashes are left."""
    heads = [bytes(32)]
    for each in hashes:
        heads.append(_sha(b"\x01", heads[-1], bytes.fromhex(each)))
    return heads


def _is_signed(statement: str, signature: str, key: str) -> bool:
    asked = ["-pubin", "-keyform", "DER", "-inkey", "key", "-rawin", "-in", "text", "-sigfile"]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "key").write_bytes(_DER + bytes.fromhex(key))
        Path(folder, "text").write_bytes(statement.encode())
        Path(folder, "signature").write_bytes(bytes.fromhex(signature))
        verified = ["openssl", "pkeyutl", "-verify", *asked, "signature"]
        return (
            subprocess.run(verified, cwd=folder, capture_output=True, check=False).returncode == 0
        )


def _check_batch(
    number: int,
    previous: bytes,
    line: Sequence[Any],
    heads: Mapping[str, Sequence[bytes]],
    faults: list[str],
) -> bytes:
    """Hold a batch to the chains, its signature apart; return the hash the next one names."""
    statement, _, _, chains, acts = line
    said = json.loads(statement)
    if (said["batch"], said["previous"]) != (number, previous.hex()):
        faults.append(f"batch {number} does not follow on the one before")
    leaves = []
    for case, seq in chains:
        chain = heads.get(case, [])
        if seq >= len(chain):
            faults.append(f"batch {number}: case {case} has no act {seq}")
            continue
        leaves.append(_canonical({"case": case, "head": chain[seq].hex(), "seq": seq}))
    found = (len(chains), len(acts), _root([*leaves, *(each.encode() for each in acts)]).hex())
    if found != (said["cases"], said["acts"], said["root"]):
        faults.append(f"batch {number} is not what was sealed")
    return _sha(statement.encode())


def verify(lines: Iterable[str], trusted: Sequence[str] = ()) -> tuple[list[str], int, int]:
    """Return what is wrong with an export, and how many acts of cases and batches it holds.

    Args:
        trusted: public keys; none given: those in the export.
    """
    faults: list[str] = []
    heads: dict[str, list[bytes]] = {}
    batches: list[list[Any]] = []
    for each in lines:
        kind, *rest = json.loads(each)
        if kind == "batch":
            batches.append(rest)
        elif kind not in ("case", "purged"):
            faults.append(f"a line is neither a batch nor a case: {kind}")
        else:
            case, acts = rest
            if case in heads:
                faults.append(f"case {case} is there twice")
            is_gone = kind == "purged"
            heads[case] = _heads_of_purged(acts) if is_gone else _heads(case, acts, faults)
    previous = bytes(32)
    for number, line in enumerate(batches, 1):
        previous = _check_batch(number, previous, line, heads, faults)
    # each statement holds the hash of the one before: the last of a key speaks for all
    for key, line in {line[2]: line for line in batches}.items():
        if trusted and key not in trusted:
            faults.append(f"the key {key} is not trusted")
        elif not _is_signed(line[0], line[1], key):
            faults.append(f"the signature of {line[0]} is wrong")
    return faults, sum(len(each) - 1 for each in heads.values()), len(batches)


def main(file: str, *trusted: str) -> int:
    """Say what is wrong with an export; return the exit status."""
    with Path(file).open(encoding="utf-8") as export:
        faults, acts, batches = verify(export, trusted)
    for fault in faults:
        print(fault)
    found = f"{len(faults)} faults" if faults else "no fault"
    print(f"{acts} acts of cases in {batches} batches: {found}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
