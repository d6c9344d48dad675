"""A small site that serves one line table under Divan's own security headers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from markupsafe import Markup
from werkzeug.serving import make_server

from engine.catalogue.lines import LineTable
from engine.values import persian_digits
from webapp.lines.page import line_page
from webapp.security import CONTENT_SECURITY_POLICY

TASK = UUID(int=7)
PAGE = """<!doctype html>
<html lang="{{ locale }}" dir="{{ 'rtl' if locale == 'fa' else 'ltr' }}"><head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="csrf-token" content="token"><title>Lines</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/dist/style.css">
<link rel="stylesheet" href="/static/line-table.css">
<script type="module" src="/static/dist/draft.js"></script>
<script type="module" src="/static/dist/line-table.js"></script></head>
<body><main class="main"><h1>Task</h1>
<form method="post" data-draft-url="/tasks/{{ table.task_id }}/draft" data-draft-trim="lines/"
  data-draft-texts='{"saved": "Saved at {time}", "offline": "Not saved yet"}'>
{% include "lines/_line_table.html" %}
<span data-draft-status role="status"></span>
<button name="outcome" value="approve">Send</button></form>
{% include "lines/_line_table_forms.html" %}</main></body></html>"""


class LineTableSite:
    """Serves the table; keeps what was saved and what was sent."""

    def __init__(self, table: LineTable, locale: str = "fa") -> None:
        self.table = table
        self.locale = locale
        self.draft: dict[str, str] = {}
        self.saves: list[dict[str, str]] = []
        self.save_bytes: list[int] = []
        self.sent: dict[str, str] = {}
        self.is_down = False
        self.app = self._app()

    def _app(self) -> Flask:
        app = Flask("webapp")
        Babel(app, locale_selector=lambda: self.locale)
        app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
        app.jinja_env.filters["digits"] = lambda text: (
            persian_digits(str(text)) if self.locale == "fa" else str(text)
        )
        app.jinja_env.globals["csrf_field"] = lambda: Markup("")
        task = "/tasks/<uuid:task_id>"
        app.add_url_rule(task, "show", self._show, methods=["GET", "POST"])
        app.add_url_rule(f"{task}/draft", "tasks.save_draft", self._save, methods=["POST"])
        for name in ("export", "upload"):
            app.add_url_rule(f"{task}/{name}", f"lines.{name}", self._show)
        app.after_request(_guarded)
        return app

    def _show(self, task_id: UUID) -> ResponseReturnValue:
        if request.method == "POST":
            self.sent = request.form.to_dict()
        table = line_page(
            self.table,
            raw={**self.draft, **self.sent},
            query=request.args,
            locale=self.locale,
            task_id=TASK,
        )
        template = self.app.jinja_env.from_string(PAGE)
        return template.render(table=table, locale=self.locale)

    def _save(self, task_id: UUID) -> ResponseReturnValue:
        if self.is_down:
            return "", 503
        if request.headers.get("X-CSRFToken") != "token":
            return "", 400
        changes = request.get_json()["changes"]
        self.saves.append(changes)
        self.save_bytes.append(request.content_length or 0)
        self.draft |= changes
        return jsonify(saved_at="2026-11-21T10:42:00+00:00", problems={})


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


@contextmanager
def served(site: LineTableSite) -> Iterator[str]:
    """Serve the site on a free port; the address of its task."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tasks/{TASK}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
