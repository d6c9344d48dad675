"""Contents taken, kept and handed out for areas, and the site's own signature on what it says."""

from __future__ import annotations

from typing import Any, BinaryIO

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Response, send_file

from engine.commands.documents import Content as KeptFile
from engine.commands.sealing import signing_key
from engine.documents import Scanner, clean_name, recognise, scanner_at
from engine.storage.document_store import DocumentStore
from webapp import documents
from webapp.request import services
from webapp.security import secret_keys


def document_store() -> DocumentStore:
    """Return where the contents of documents lie."""
    return services().documents


def recognised(file: BinaryIO, size: int, name: str) -> str | None:
    """Return what kind of document the site takes a file for; nothing: it takes no such file."""
    return recognise(file, size, name, services().settings.documents.kinds)


def virus_scanner() -> Scanner | None:
    """Return the scanner that looks at what this site takes; none where it has none."""
    settings = services().settings.documents
    return scanner_at(settings.scanner, settings.scanner_patience)


def stored_file(sha256: str, name: str, media_type: str = "application/octet-stream") -> Response:
    """Answer with a content of the document store, to be saved; who may was asked before.

    It runs nothing where it is opened.
    """
    answer = send_file(
        services().documents.open(sha256),
        mimetype=media_type,
        as_attachment=True,
        download_name=clean_name(name),
        etag=sha256,
        conditional=True,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def kept_pdf(template_path: Any, page: Any, filename: str) -> KeptFile:
    """Make a PDF of a typst template and its JSON page model, and keep it in the store."""
    body = documents.render_pdf(template_path, page)
    with services().documents.receive(len(body)) as incoming:
        incoming.write(body)
        services().documents.keep(incoming)
        return KeptFile(filename, "pdf", len(body), incoming.sha256, scanned=False)


def site_signature(told: bytes) -> bytes:
    """Sign some bytes with the site's key: Ed25519, 64 bytes."""
    return signing_key(secret_keys(services().settings)[0]).sign(told)


def site_key() -> bytes:
    """Return the public half of the site's key as PEM, as openssl reads it."""
    public = signing_key(secret_keys(services().settings)[0]).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
