"""The small door of a worker: its health and its figures, for those who supervise it."""

from __future__ import annotations

import logging
import threading

from flask import Flask
from werkzeug.serving import make_server

from engine.jobs import utc_now
from engine.jobs.fetching import LongPolls
from webapp import health
from webapp.request import Services
from webapp.watching import requests
from webapp.watching.watcher import Watching
from webapp.wiring import Site


def open_side_door(site: Site, watcher: Watching) -> None:
    """Answer on a port of its own, in a thread that ends with the process."""
    app = Flask(__name__)
    app.extensions["divan"] = Services(
        site.database,
        site.settings,
        utc_now,
        site.documents,
        site.vault,
        LongPolls(site.database, 0),
    )
    requests.init_app(app, watcher)
    app.register_blueprint(health.bp)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server(site.settings.host, site.settings.jobs.port, app, threaded=True)
    threading.Thread(target=server.serve_forever, name="side-door", daemon=True).start()
