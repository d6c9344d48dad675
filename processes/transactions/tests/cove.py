"""The standard's own checker, libcoveocds: a program of its own, never imported here.

It is AGPL and no dependency of ours. `make checker` installs it apart, in an environment of its
own beside ours; where that could not be, its test is skipped. By hand, over generated processes:

    python -m processes.transactions.tests.cove /path/to/libcoveocds

It is given the schema in this folder as the archive that it would otherwise fetch, so that no
network is needed; in it the two references of the record package to other files of the standard
are replaced by what they name.
"""

from __future__ import annotations

import json
import shutil
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
COUNT: Final = 260
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


def command() -> str | None:
    """Return the checker as `make checker` has installed it; none where it is not."""
    return shutil.which("libcoveocds", path=str(Path(sys.prefix) / "checker" / "bin"))


def main(command: str) -> int:
    """Check both kinds of package; 0 when nothing was found."""
    found = checked(command, generated_packages())
    for name, (count, faults) in found.items():
        print(f"{name}: {count} checked, faults: {faults or 'none'}")
    return int(any(faults for _, faults in found.values()))


def generated_packages() -> dict[str, Mapping[str, Any]]:
    """Return the generated processes as a package of releases and one of records."""
    made = list(generated(COUNT))
    flat = [one for each in made for one in each]
    return {
        "releases": release_package(PUBLISHER, "https://example.org/releases.json", flat),
        "records": record_package(PUBLISHER, "https://example.org/records.json", made),
    }


def checked(
    command: str, packages: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[int, dict[str, Any]]]:
    """Return of each package how much the checker looked at, and what it found wrong."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "standard.zip"
        _write(archive)
        told = {
            name: _checked(command, archive, Path(folder) / f"{name}.json", package)
            for name, package in packages.items()
        }
    return {
        name: (each["count"], {fault: each[fault] for fault in FAULTS if each[fault]})
        for name, each in told.items()
    }


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
