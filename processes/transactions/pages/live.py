"""Pages that several people look at together: asked again and again, answered shortly."""

from __future__ import annotations

from typing import Any

from flask import make_response, request
from flask.typing import ResponseReturnValue

from webapp.sdk import render


def live_page(template: str, status: int, **page: Any) -> ResponseReturnValue:
    """Answer with a page, or for its script with its parts alone; nothing where they are the same.

    Args:
        template: extends ``layout``, which is given to it.
    """
    is_part = "live" in request.args or bool(request.headers.get("X-Live"))
    layout = "transactions/_live.html" if is_part else "base.html"
    answer = make_response(render(template, layout=layout, **page), status)
    answer.headers["Cache-Control"] = "private, no-cache"
    if is_part and status == 200:
        answer.add_etag()
        answer.make_conditional(request)
    return answer
