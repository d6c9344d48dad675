"""One PDF from one typst template and one JSON page model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import simplejson
import typst
from flask import Response

ARCHIVED: Final = "a-2a"
#: Vazirmatn, put here by the front-end build.
FONTS: Final = Path(__file__).resolve().parent.parent / "static" / "dist" / "fonts"


class DocumentFailed(RuntimeError):
    """The template could not be set; the message says where."""


def render_pdf(template: Path, page: Mapping[str, Any]) -> bytes:
    """Return the PDF of a template; inside it ``json(bytes(sys.inputs.page))`` is the page.

    The template may import files of its own folder and nothing else. It is PDF/A-2a: readable
    when nothing of today is left (R-ARC-04), and tagged, so that a screen reader can follow it.

    Raises:
        DocumentFailed: the template does not fit the page; nothing a visitor types can
            cause it.
    """
    content = simplejson.dumps(page, use_decimal=True, ensure_ascii=False)
    try:
        made = typst.compile(
            template,
            root=template.parent,
            font_paths=[FONTS],
            sys_inputs={"page": content},
            format="pdf",
            pdf_standards=ARCHIVED,
        )
    except RuntimeError as error:
        raise DocumentFailed(str(error)) from error
    if not isinstance(made, bytes):
        raise DocumentFailed("typst made no single document")
    return made


def pdf_response(template: Path, page: Mapping[str, Any], filename: str) -> Response:
    """Answer with a PDF that a browser shows in place and saves under ``filename``."""
    response = Response(render_pdf(template, page), mimetype="application/pdf")
    plain = filename.encode("ascii", "replace").decode().replace('"', "").replace("?", "_")
    response.headers["Content-Disposition"] = (
        f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
