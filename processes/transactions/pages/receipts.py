"""What a bidder keeps as proof of what was handed in: a receipt, its signature, the site's key."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from webapp.sdk import not_found, site_key


def receipt_part(what: str, receipt: str, signature: str) -> ResponseReturnValue:
    """Give one of the three files.

    Args:
        what: ``receipt.json``, ``receipt.sig`` or ``site.pem``; nothing else is found.
        receipt: the bytes that were signed, as text.
        signature: of them, in hexadecimal digits.
    """
    files = {
        "receipt.json": ("application/json", receipt.encode()),
        "receipt.sig": ("application/octet-stream", bytes.fromhex(signature)),
        "site.pem": ("application/x-pem-file", site_key()),
    }
    if what not in files:
        return not_found()
    kind, content = files[what]
    answer = Response(content, content_type=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=what)
    return answer
