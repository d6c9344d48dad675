"""PDF/A as another program reads it: veraPDF, the validator of the PDF Association (R-ARC-04)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.signing import pdf
from tests.kit import signing as kit
from tests.unit.documents.test_press import PAGE
from webapp.documents.pdf import render_pdf
from webapp.documents.press import Press

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = "org.verapdf.apps.GreenfieldCliWrapper"
_ORDER = {"order_no": "D07-1405-P000001", "payee": "سپهر", "iban": "IR82", "amount": "۱٬۰۰۰"}
_BATCH: dict[str, Any] = {
    name: {"kind": "code", "label": name, "text": "۱"}
    for name in ("batch_no", "basis", "debit_iban", "due_on", "count", "digest")
} | {
    "amount": PAGE["values"]["amount"],
    "orders": {"kind": "rows", "label": "", "rows": [_ORDER] * 60},
}


@pytest.fixture(scope="module")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> list[str | Path]:
    """The command; Maven fetches it once and keeps it."""
    java, maven = shutil.which("java"), shutil.which("mvn")
    if java is None or maven is None:
        pytest.skip("no JDK or no Maven: PDF/A was not checked by veraPDF")
    jars = tmp_path_factory.mktemp("verapdf")
    fetched = subprocess.run(
        [maven, "-q", "-B", "-f", Path(__file__).with_name("java") / "verapdf.xml",
         "dependency:copy-dependencies", f"-DoutputDirectory={jars}"],
        capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    if fetched.returncode:
        pytest.skip(f"Maven could not fetch veraPDF: {fetched.stdout[-300:]}")
    return [java, "-cp", f"{jars}/*", _PROGRAM, "--format", "text"]


def test_what_is_printed_and_what_is_signed_is_an_archive_pdf_by_another_program(
    verapdf: list[str | Path], tmp_path: Path
):
    made = {name: paper(name) for name in ("letter", "minutes", "certificate", "voucher", "order")}
    templates = {"papers/batch.typ": (_ROOT / "processes/payments/papers/batch.typ").read_bytes()}
    made["batch"] = paper("batch", templates, {**PAGE, "values": _BATCH})
    once = pdf.sign(made["order"], kit.holder().pen, kit.trust(), kit.AT)
    made["signed"] = once
    made["signed-twice"] = pdf.sign(
        once, kit.holder(kit.OTHER_CODE).pen, kit.trust(), kit.AT, stamper=kit.stamper()
    )
    page = tmp_path / "page.typ"
    page.write_text('#set document(title: "a")\n= #json(bytes(sys.inputs.page)).title')
    made["document"] = render_pdf(page, {"title": "گزارش"})
    broken = made["letter"].replace(b"%%EOF", b"%%EOF100 0 obj\n<<>>\nendobj\n", 1)

    files = {name: tmp_path / f"{name}.pdf" for name in [*made, "broken"]}
    for name, content in [*made.items(), ("broken", broken)]:
        files[name].write_bytes(content)
    done = subprocess.run(
        [*verapdf, *files.values()], capture_output=True, text=True, timeout=200, check=False
    )

    said = {
        Path(line.split()[1]).stem: line.split()[0]
        for line in done.stdout.splitlines()
        if line.startswith(("PASS ", "FAIL "))
    }
    assert {name: said.get(name) for name in made} == dict.fromkeys(made, "PASS"), done.stdout
    assert said.get("broken") != "PASS", "a validator that passes everything shows nothing"


def paper(
    name: str, templates: Mapping[str, bytes] | None = None, page: Mapping[str, Any] = PAGE
) -> bytes:
    return (
        Press("https://divan.city.example").print(templates or {}, name, page, "7QXK93FDM2PA").body
    )
