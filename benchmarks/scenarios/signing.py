"""G1: a hundred PDFs signed in one act and verified at once, beside pyHanko's signing alone."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

from benchmarks.bench import Bench
from benchmarks.figures import Figure, beside, times
from benchmarks.turns import timed_about
from engine.signing import pdf, pdf_checks
from tests.kit import papers
from tests.kit import signing as kit

COUNT = 100


def measure(bench: Bench) -> list[Figure]:
    """Measure processor time for each PDF; ours includes that each is verified."""
    contents = [papers.pdf(f"Paper {number}") for number in range(COUNT)]
    acts = {"ours": _ours(contents), "pyHanko": _alone(contents)}
    found = timed_about(min(bench.size.rounds, 3), acts)
    what = f"{COUNT} PDFs signed in one act and verified: processor time for each"
    return [
        beside(
            "G1",
            what,
            "ms",
            found["ours"],
            found["pyHanko"],
            floor_is="pyHanko signing alone",
            must=times(1.3),
        )
    ]


def _ours(contents: list[bytes]) -> Callable[[], float]:
    def act() -> float:
        began = time.process_time()
        pen, trust = kit.holder().pen, kit.trust()
        for each in contents:
            [said] = pdf_checks.verify(pdf.sign(each, pen, trust, kit.AT), trust, kit.AT)
            assert said.has_passed
        return _each(began)

    return act


def _alone(contents: list[bytes]) -> Callable[[], float]:
    who = kit.holder()
    clear = who.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        x509.Certificate.load(who.certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(clear),
        SimpleCertificateStore(),
    )
    about = PdfSignatureMetadata(
        field_name="Signature", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )

    def act() -> float:
        began = time.process_time()
        for each in contents:
            sign_pdf(IncrementalPdfFileWriter(io.BytesIO(each)), about, signer)
        return _each(began)

    return act


def _each(began: float) -> float:
    return (time.process_time() - began) * 1000 / COUNT
