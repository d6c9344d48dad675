"""Release and record packages: what is handed out, in the envelope of the standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from processes.transactions.publication.merging import compiled

VERSION: Final = "1.1"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes, under which licence."""

    name: str
    uri: str
    scheme: str = ""
    uid: str = ""
    license: str = ""
    policy: str = ""

    def head(self, uri: str, published: str) -> dict[str, Any]:
        """Return what both kinds of package begin with."""
        said = {"name": self.name, "scheme": self.scheme, "uid": self.uid, "uri": self.uri}
        head = {
            "uri": uri,
            "version": VERSION,
            "publishedDate": published,
            "publisher": {key: value for key, value in said.items() if value},
            "license": self.license,
            "publicationPolicy": self.policy,
        }
        return {key: value for key, value in head.items() if value}


def release_package(
    publisher: Publisher, uri: str, releases: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a package of releases; it says the date of the newest.

    Args:
        uri: where this very package is found.
        releases: at least one.
    """
    return {**publisher.head(uri, _newest(releases)), "releases": list(releases)}


def record_package(
    publisher: Publisher, uri: str, processes: Sequence[Sequence[Mapping[str, Any]]]
) -> dict[str, Any]:
    """Return a package of records: each process with all its releases and what is so now.

    Args:
        processes: the releases of each process, at least one.
    """
    published = max(_newest(each) for each in processes)
    return {**publisher.head(uri, published), "records": [record(each) for each in processes]}


def record(releases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a process as a record: its releases, oldest first, and the compiled one."""
    ordered = sorted(releases, key=lambda each: str(each["date"]))
    return {
        "ocid": ordered[0]["ocid"],
        "releases": ordered,
        "compiledRelease": compiled(ordered),
    }


def _newest(releases: Sequence[Mapping[str, Any]]) -> str:
    return max(str(each["date"]) for each in releases)
