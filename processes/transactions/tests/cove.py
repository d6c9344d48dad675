"""The standard's own checker over generated processes: a program of its own, never imported here.

libcoveocds is AGPL and no dependency of ours. Install it apart and name its command:

    python -m processes.transactions.tests.cove /path/to/libcoveocds

It is given the schema in this folder as the archive that it would otherwise fetch, so that no
network is needed; in it the two references of the record package to other files of the standard
are replaced by what they name.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from engine.values import exact_json
from processes.transactions.publication.packages import Publisher, record_package, release_package
from processes.transactions.tests.generated import generated

OCDS: Final = Path(__file__).parent / "ocds"
COUNT: Final = 234
PUBLISHER: Final = Publisher(
    "شهرداری تهران",
    "https://example.org/",
    license="https://creativecommons.org/licenses/by/4.0/",
)
#: What the checker lists; every one has to be empty.
FAULTS: Final = (
    "validation_errors",
    "common_error_types",
    "deprecated_fields",
    "additional_fields",
    "additional_closed_codelist_values",
    "additional_open_codelist_values",
    "additional_checks",
)


def main(command: str) -> int:
    """Check both kinds of package; 0 when nothing was found."""
    made = list(generated(COUNT))
    flat = [one for each in made for one in each]
    packages = {
        "releases": release_package(PUBLISHER, "https://example.org/releases.json", flat),
        "records": record_package(PUBLISHER, "https://example.org/records.json", made),
    }
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "standard.zip"
        _write(archive)
        found = {
            name: _checked(command, archive, Path(folder) / f"{name}.json", package)
            for name, package in packages.items()
        }
    for name, told in found.items():
        faults = {each: told[each] for each in FAULTS if told[each]}
        print(f"{name}: {told['count']} checked, faults: {faults or 'none'}")
    return int(any(told[each] for told in found.values() for each in FAULTS))


def _checked(command: str, archive: Path, file: Path, package: Mapping[str, Any]) -> dict[str, Any]:
    file.write_text(exact_json.written(package), encoding="utf-8")
    arguments = [command, "--standard-zip", str(archive), str(file)]
    ran = subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=600)
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def _write(archive: Path) -> None:
    root = "standard-1__1__5/"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(root, "")
        for file in sorted(OCDS.rglob("*")):
            text = file.read_text("utf-8") if file.is_file() else ""
            if file.name == "record-package-schema.json":
                text = _inlined(text)
            packed.writestr(f"{root}schema/{file.relative_to(OCDS)}", text)


def _inlined(text: str) -> str:
    """Put the versioned release's schema in the place of its address."""
    schema = json.loads(text)
    name = "versioned-release-validation-schema.json"
    versioned = json.loads((OCDS / name).read_text("utf-8"))
    properties = schema["definitions"]["record"]["properties"]
    schema["definitions"] |= {
        key: value
        for key, value in versioned.pop("definitions").items()
        if key not in schema["definitions"]
    }
    assert properties["versionedRelease"]["$ref"].endswith(name)
    properties["versionedRelease"] = versioned
    return json.dumps(schema)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
