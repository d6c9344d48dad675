"""The journal: what proves that history is as it was written, and whole; pure.

Each case's acts are a chain of hashes, so that cases never wait for one another. A batch gathers
the heads of all chains that have grown into a Merkle tree whose root is chained to the last,
signed and anchored outside. What persons did and typed is in it only as salted commitments, so
that it can be erased and the chain still holds.
"""

from engine.journal.canonical import NotCanonical, canonical
from engine.journal.chain import (
    ORIGIN,
    Act,
    Salts,
    act_hash,
    commitments,
    extended,
    head_of,
    linked,
    record,
)
from engine.journal.merkle import Step, is_in, path, root
from engine.journal.statement import (
    FIRST,
    Statement,
    act_leaf,
    chain_leaf,
    hash_of,
    root_of,
)

__all__ = [
    "FIRST",
    "ORIGIN",
    "Act",
    "NotCanonical",
    "Salts",
    "Statement",
    "Step",
    "act_hash",
    "act_leaf",
    "canonical",
    "chain_leaf",
    "commitments",
    "extended",
    "hash_of",
    "head_of",
    "is_in",
    "linked",
    "path",
    "record",
    "root",
    "root_of",
]
