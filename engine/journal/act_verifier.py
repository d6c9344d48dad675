"""Verifies the proof of a case's acts: python3 act_verifier.py proof.json [PUBLIC-KEY-IN-HEX …]

Needs Python 3.9 and the openssl command, and nothing of Divan: this file is to be read by whoever
has to believe it. The proof is a JSON object:

    case, acts      the id of the case; its acts from the first on, each [ACT, SALT, ACTOR, FACTS]
    path            [[HASH, IS-LEFT], …] from the leaf of the case to the root of its batch
    statement, signature, key      of the batch: canonical JSON, Ed25519, in hex

ACT is canonical JSON (RFC 8785) as it was hashed. SALT, ACTOR and FACTS are null where texts were
left out or erased; else they are held to the commitments in ACT.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

#: of an Ed25519 public key as openssl reads it (RFC 8410 §4)
_DER = bytes.fromhex("302a300506032b6570032100")


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _head(proof: dict[str, Any], faults: list[str]) -> bytes:
    """Return what the chain of the case comes to after its acts."""
    head = bytes(32)
    for number, (record, salt, actor, facts) in enumerate(proof["acts"], 1):
        said = json.loads(record)
        if (said["case"], said["seq"]) != (proof["case"], number):
            faults.append(f"act {number} is not what it says it is")
        for name, text in (("actor", actor), ("facts", facts)):
            if salt is None or text is None:
                continue
            made = hmac.new(bytes.fromhex(salt), f"{name}\0{text}".encode(), "sha256").hexdigest()
            if made != said.get(name):
                faults.append(f"the {name} of act {number} is another")
        head = _sha(b"\x01", head, _sha(b"\x00", record.encode()))
    return head


def _is_signed(proof: dict[str, Any]) -> bool:
    asked = ["-pubin", "-keyform", "DER", "-inkey", "key", "-rawin", "-in", "text", "-sigfile"]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "key").write_bytes(_DER + bytes.fromhex(proof["key"]))
        Path(folder, "text").write_bytes(proof["statement"].encode())
        Path(folder, "signature").write_bytes(bytes.fromhex(proof["signature"]))
        verified = ["openssl", "pkeyutl", "-verify", *asked, "signature"]
        return (
            subprocess.run(verified, cwd=folder, capture_output=True, check=False).returncode == 0
        )


def verify(proof: dict[str, Any], keys: set[str]) -> list[str]:
    """Return what is wrong with a proof; nothing when the acts are as they were sealed.

    Args:
        keys: public keys that are trusted, in hex; none: the one in the proof.
    """
    faults: list[str] = []
    head = _head(proof, faults)
    leaf = {"case": proof["case"], "head": head.hex(), "seq": len(proof["acts"])}
    found = _sha(b"\x00", _canonical(leaf))
    for beside, is_left in proof["path"]:
        pair = (bytes.fromhex(beside), found) if is_left else (found, bytes.fromhex(beside))
        found = _sha(b"\x01", *pair)
    if json.loads(proof["statement"])["root"] != found.hex():
        faults.append("the acts do not lead to the root that was signed")
    if keys and proof["key"] not in keys:
        faults.append("the key is none of those that are trusted")
    if not _is_signed(proof):
        faults.append("the statement is not signed by this key")
    return faults


if __name__ == "__main__":
    read = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    wrong = verify(read, set(sys.argv[2:]))
    for each in wrong:
        print(each)
    sealed = json.loads(read["statement"])
    batch = f"{len(read['acts'])} acts sealed in batch {sealed['batch']} at {sealed['at']}"
    print(batch, "no fault" if not wrong else f"{len(wrong)} faults", sep="; ")
    raise SystemExit(1 if wrong else 0)
