"""What a program may ask about the server itself; Divan tells nobody outside anything."""

from __future__ import annotations

from importlib import metadata
from typing import Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from webapp.engine_rest.body import flag_of, json_object
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.registry import does

_TELEMETRY: Final = frozenset({"enableTelemetry"})


@does("getTelemetryConfiguration")
def show_telemetry() -> ResponseReturnValue:
    """Tell that nothing is reported to anybody."""
    return jsonify(enableTelemetry=False)


@does("configureTelemetry", body=_TELEMETRY)
def configure_telemetry() -> ResponseReturnValue:
    """Leave it so; there is nothing to be turned on."""
    if flag_of(json_object(_TELEMETRY), "enableTelemetry"):
        raise invalid("There is no telemetry that could be enabled.")
    return "", 204


@does("getTelemetryData")
def show_data() -> ResponseReturnValue:
    """Tell what there would be to report: which product this is."""
    product = {
        "name": "Divan",
        "version": metadata.version("divan"),
        "edition": "community",
        "internals": {},
    }
    return jsonify(installation=None, product=product)
