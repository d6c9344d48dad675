"""What people call the kinds of elements in a diagram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from webapp.texts import N_

#: by the name of their tag, without its namespace
KINDS: Final[Mapping[str, str]] = {
    "userTask": N_("task for people"),
    "manualTask": N_("manual task"),
    "task": N_("step"),
    "serviceTask": N_("step of the system"),
    "sendTask": N_("step that sends a message"),
    "receiveTask": N_("step that waits for a message"),
    "scriptTask": N_("script"),
    "businessRuleTask": N_("decision by rules"),
    "callActivity": N_("call of another process"),
    "subProcess": N_("sub-process"),
    "transaction": N_("transaction"),
    "adHocSubProcess": N_("sub-process in any order"),
    "startEvent": N_("start"),
    "endEvent": N_("end"),
    "intermediateCatchEvent": N_("event waited for"),
    "intermediateThrowEvent": N_("event"),
    "boundaryEvent": N_("event at a step"),
    "exclusiveGateway": N_("choice of one way"),
    "inclusiveGateway": N_("choice of ways"),
    "parallelGateway": N_("fork or join"),
    "eventBasedGateway": N_("wait for the first event"),
    "complexGateway": N_("complex gateway"),
    "sequenceFlow": N_("way"),
    "messageFlow": N_("message flow"),
    "association": N_("association"),
    "lane": N_("lane"),
    "laneSet": N_("lanes"),
    "participant": N_("pool"),
    "process": N_("process"),
    "textAnnotation": N_("note"),
    "group": N_("group"),
    "message": N_("message"),
    "signal": N_("signal"),
    "error": N_("error"),
    "escalation": N_("escalation"),
    "dataObject": N_("data object"),
    "dataObjectReference": N_("data object"),
    "dataStore": N_("data store"),
    "dataStoreReference": N_("data store"),
}

#: what an event waits for or does, by the name of its definition in the engine
EVENTS: Final[Mapping[str, str]] = {
    "None": N_("a plain one"),
    "timer": N_("time"),
    "message": N_("message"),
    "signal": N_("signal"),
    "conditional": N_("condition"),
    "error": N_("error"),
    "escalation": N_("escalation"),
    "compensate": N_("compensation"),
    "cancel": N_("cancel"),
    "terminate": N_("terminate"),
    "link": N_("link"),
    "multiple": N_("several events"),
}
