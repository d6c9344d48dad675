"""``divan journal``: whether history is as it was sealed, and sealing by hand."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from engine.commands import sealing
from engine.jobs import utc_now
from engine.journal import verifier
from engine.queries.proofs import exported, verify
from engine.storage import anchors
from engine.storage.database import Database
from webapp.wiring import Site

Run = Callable[[Site, argparse.Namespace], int]


def add_commands(add: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    """Add the commands to the console."""
    group = add("journal", _verify, "seal what was done, and prove that it stands as it was sealed")
    what = group.add_subparsers(required=True, metavar="WHAT")

    proof = what.add_parser("verify", help="compare every act with what was sealed and anchored")
    proof.set_defaults(command=_verify)
    proof.add_argument(
        "--anchor", type=Path, help="the file of statements kept outside; the site's if none"
    )
    proof.add_argument(
        "--key",
        action="append",
        default=[],
        help="a public key to trust; the site's if none",
    )

    export = what.add_parser(
        "export", help="write all that is sealed into a new folder, with a verifier of its own"
    )
    export.set_defaults(command=_export)
    export.add_argument("folder", type=Path)
    export.add_argument(
        "--texts", action="store_true", help="who acted and what was told too: personal data"
    )

    now = what.add_parser("seal", help="seal now what was done since the last batch")
    now.set_defaults(command=_seal)
    key = what.add_parser("key", help="the public key by which batches of this site are verified")
    key.set_defaults(command=_key)


def _verify(site: Site, options: argparse.Namespace) -> int:
    file: Path = options.anchor or site.seal.anchor
    keys = frozenset(map(bytes.fromhex, options.key)) or frozenset({_public(site)})
    with site.database.snapshot() as session:
        proof = verify(session, chain(_statements(file), _second(site)), keys)
    for fault in proof.faults:
        print(fault)
    told = f"{proof.acts} acts in {proof.batches} batches; {proof.unsealed} not sealed yet"
    if proof.purged:
        told += f"; {proof.purged} cases purged by a rule"
    print(told, f"; {len(proof.faults)} faults" if proof.faults else "; no fault", sep="")
    return 1 if proof.faults else 0


def _statements(file: Path) -> Iterator[bytes]:
    """Return what was anchored; a line that holds nothing is told as it stands."""
    if not file.exists():
        print(f"{file} is not there: only the database is asked", file=sys.stderr)
        return
    with file.open("rb") as lines:
        for line in lines:
            try:
                yield sealing.anchored(line)
            except ValueError:
                yield line


def _second(site: Site) -> Iterator[bytes]:
    """Return what the second database was told, if there is one."""
    if url := site.settings.journal_anchor_database:
        outside = Database(url)
        try:
            yield from anchors.statements(outside)
        finally:
            outside.dispose()


def _export(site: Site, options: argparse.Namespace) -> int:
    folder: Path = options.folder
    folder.mkdir(parents=True)
    with (
        site.database.snapshot() as session,
        (folder / "journal.jsonl").open("x", encoding="utf-8") as file,
    ):
        for line in exported(session, with_texts=options.texts):
            file.write(f"{line}\n")
    shutil.copyfile(verifier.__file__, folder / "verifier.py")
    print(f"python3 {folder / 'verifier.py'} {folder / 'journal.jsonl'} {_public(site).hex()}")
    return 0


def _seal(site: Site, _: argparse.Namespace) -> int:
    seal = site.seal
    sealed = sealing.seal(site.database, seal.key, utc_now())
    added = sealing.anchor(site.database, seal.anchor)
    print(f"{sealed} acts sealed; {added} batches added to {seal.anchor}")
    return 0


def _key(site: Site, _: argparse.Namespace) -> int:
    print(_public(site).hex())
    return 0


def _public(site: Site) -> bytes:
    return site.seal.key.public_key().public_bytes_raw()
