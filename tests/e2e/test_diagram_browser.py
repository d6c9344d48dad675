"""The diagram viewer in a real browser, on a right-to-left page under Divan's own headers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, render_template_string
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.kit.browser import Window, context_of
from webapp.security import CONTENT_SECURITY_POLICY

pytestmark = pytest.mark.browser

AREA = Path(__file__).parents[2] / "processes/contractor_statement"
DIAGRAM = AREA / "interim_statement.bpmn"
MARKS = {"enter": "passed", "measure": "now", "check": "possible"}
PAGE = """<!doctype html><html lang="fa" dir="rtl"><head><meta charset="utf-8"><title>Map</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/dist/diagram.css">
<script type="module" src="/static/dist/diagram.js"></script></head><body><main><h1>Map</h1>
<figure data-diagram data-diagram-url="{{ url }}" data-diagram-title="Map of the process"
  data-diagram-marks="{{ marks }}" data-diagram-labels="{{ labels }}"
  data-diagram-texts="{{ texts }}"></figure></main></body></html>"""


@pytest.fixture
def address() -> Iterator[str]:
    app = Flask("webapp")

    @app.get("/map")
    def show() -> str:
        facts = {"marks": MARKS, "labels": {"measure": "Measurement"}, "texts": {"failed": "Sorry"}}
        told = {name: json.dumps(each) for name, each in facts.items()}
        return render_template_string(PAGE, url="/diagram.bpmn", **told)

    @app.get("/lost")
    def lost() -> str:
        return render_template_string(
            PAGE, url="/health", marks="{}", labels="{}", texts='{"failed": "Sorry"}'
        )

    @app.get("/diagram.bpmn")
    def diagram() -> Response:
        return Response(DIAGRAM.read_bytes(), mimetype="application/xml")

    @app.get("/health")
    def health() -> Response:
        return Response("this is no diagram", mimetype="text/plain")

    @app.after_request
    def guarded(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    window = Window(context_of(chromium, "wide", "fa"), address)
    shown = window.open("/map")
    shown.wait_for_selector("[data-diagram-ready]", state="attached")
    yield shown
    assert window.complaints == []
    window.context.close()


def test_the_position_is_marked_and_the_names_are_in_the_language_of_the_page(page: Page):
    for element, kind in MARKS.items():
        marked = page.locator(f'[data-element-id="{element}"].mark-{kind}')
        expect(marked.first).to_be_visible()
    expect(page.locator('[data-element-id="measure"]').first).to_contain_text("Measurement")


def test_labels_stand_in_their_shapes_and_the_mark_of_its_makers_stays(page: Page):
    stage = page.locator(".diagram-stage")
    expect(stage).to_have_attribute("dir", "ltr")
    shape = page.locator('[data-element-id="enter"] rect').first.bounding_box()
    label = page.locator('[data-element-id="enter"] text').first.bounding_box()
    assert shape is not None
    assert label is not None
    assert shape["x"] <= label["x"]
    assert label["x"] + label["width"] <= shape["x"] + shape["width"]
    expect(page.locator(".bjs-powered-by")).to_be_visible()


def test_keys_and_buttons_zoom_and_move(page: Page):
    def width() -> float:
        box = page.locator('[data-element-id="measure"] rect').first.bounding_box()
        assert box is not None
        return box["width"]

    before = width()
    page.locator(".diagram-controls button").first.click()
    closer = width()
    page.locator(".diagram-stage").focus()
    page.keyboard.press("Minus")

    assert closer > before
    assert width() < closer


def test_the_drawing_follows_the_pointer_that_holds_it(page: Page):
    def place() -> tuple[float, float]:
        box = page.locator('[data-element-id="measure"] rect').first.bounding_box()
        assert box is not None
        return box["x"], box["y"]

    stage = page.locator(".diagram-stage").bounding_box()
    assert stage is not None
    before = place()
    x, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.up()
    page.mouse.move(x, y)

    assert place() == pytest.approx((before[0] + 40, before[1] + 30), abs=2)


def test_a_drawing_that_cannot_be_read_says_so(chromium: Browser, address: str):
    window = Window(context_of(chromium, "narrow", "fa"), address)

    page = window.open("/lost")

    expect(page.locator(".diagram-failed")).to_have_text("Sorry")
    window.context.close()
