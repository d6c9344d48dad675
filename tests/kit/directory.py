"""A real OpenLDAP server on loopback (Debian's slapd), with two people and one reader."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import ldap3
import pytest

from tests.kit.server import free_port

SUFFIX = "dc=city,dc=example"
READER = f"cn=reader,{SUFFIX}"
READER_PASSWORD = "reads"
PEOPLE = {"head": "کلید مدیر", "o)(uid=*": "odd"}
STARTS_WITHIN = 60.0  #: seconds

_CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {home}/slapd.pid
disallow bind_anon
database mdb
suffix {suffix}
rootdn {reader}
rootpw {password}
directory {home}/data
database monitor
access to * by users read
"""


class Directory:
    """The server; started over a folder of its own, ended by its process."""

    def __init__(self, home: Path) -> None:
        (home / "data").mkdir()
        config = home / "slapd.conf"
        config.write_text(
            _CONFIG.format(home=home, suffix=SUFFIX, reader=READER, password=READER_PASSWORD),
            encoding="utf-8",
        )
        people = home / "people.ldif"
        people.write_text(_people(), encoding="utf-8")
        tool = [_slapd(), "-T", "add", "-f", str(config), "-l", str(people)]
        subprocess.run(tool, check=True, capture_output=True)
        self.port = free_port()
        self.address = f"ldap://127.0.0.1:{self.port}"
        self._server = subprocess.Popen(
            [_slapd(), "-f", str(config), "-h", self.address, "-d", "0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def work(self) -> tuple[int, int]:
        """Return how often it was asked to bind and to search until now, this included."""
        server = ldap3.Server(self.address, get_info=ldap3.NONE)
        line = ldap3.Connection(server, READER, READER_PASSWORD, auto_bind=True)
        asked = [f"cn={each},cn=Operations,cn=Monitor" for each in ("Bind", "Search")]
        found = []
        for each in asked:
            line.search(each, "(objectClass=*)", "BASE", attributes=["monitorOpInitiated"])
            found.append(int(line.entries[0].monitorOpInitiated.value))
        line.unbind()
        return found[0], found[1]

    def stop(self) -> None:
        """End it."""
        self._server.terminate()
        self._server.wait(60)

    def _wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError("slapd did not start")


def must_be_there() -> None:
    """Skip where the machine has no slapd, or fail where it is demanded."""
    if _slapd():
        return
    if os.environ.get("DIVAN_REQUIRE_SLAPD"):
        pytest.fail("slapd is demanded and not there")
    pytest.skip("there is no slapd")


def _slapd() -> str:
    return shutil.which("slapd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") or ""


def _people() -> str:
    entries = [
        f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: city\no: City",
        f"dn: ou=people,{SUFFIX}\nobjectClass: organizationalUnit\nou: people",
    ]
    for number, (name, password) in enumerate(PEOPLE.items()):
        entries.append(
            f"dn: cn=Person {number},ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\n"
            f"cn: Person {number}\nsn: Person\nuid: {name}\nuserPassword: {password}"
        )
    entries.append(
        f"dn: uid=buyer,ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\n"
        "cn: Buyer\nsn: Buyer\nuid: buyer\nuserPassword: کلید خریدار"
    )
    return "\n\n".join(entries) + "\n"
