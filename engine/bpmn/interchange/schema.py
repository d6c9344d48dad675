"""What the schema says attributes are by default.

Source: BPMN 2.0.2, Semantic.xsd.
"""

from __future__ import annotations

from collections.abc import Mapping

_ACTIVITY = {"isForCompensation": "false", "startQuantity": "1", "completionQuantity": "1"}
_GATEWAY = {"gatewayDirection": "Unspecified"}
_CATCHING = {"parallelMultiple": "false"}
_COLLECTION = {"isCollection": "false"}
_SERVICE = {**_ACTIVITY, "implementation": "##WebService"}
_UNSPECIFIED = {**_ACTIVITY, "implementation": "##unspecified"}
_SUB_PROCESS = {**_ACTIVITY, "triggeredByEvent": "false"}

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "definitions": {
        "expressionLanguage": "http://www.w3.org/1999/XPath",
        "typeLanguage": "http://www.w3.org/2001/XMLSchema",
    },
    "process": {"isClosed": "false", "processType": "None"},
    "collaboration": {"isClosed": "false"},
    "participantMultiplicity": {"minimum": "0", "maximum": "1"},
    "task": _ACTIVITY,
    "manualTask": _ACTIVITY,
    "scriptTask": _ACTIVITY,
    "callActivity": _ACTIVITY,
    "userTask": _UNSPECIFIED,
    "businessRuleTask": _UNSPECIFIED,
    "serviceTask": _SERVICE,
    "sendTask": _SERVICE,
    "receiveTask": {**_SERVICE, "instantiate": "false"},
    "subProcess": _SUB_PROCESS,
    "transaction": {**_SUB_PROCESS, "method": "##Compensate"},
    "adHocSubProcess": {**_SUB_PROCESS, "cancelRemainingInstances": "true"},
    "startEvent": {**_CATCHING, "isInterrupting": "true"},
    "intermediateCatchEvent": _CATCHING,
    "boundaryEvent": {**_CATCHING, "cancelActivity": "true"},
    "exclusiveGateway": _GATEWAY,
    "inclusiveGateway": _GATEWAY,
    "parallelGateway": _GATEWAY,
    "complexGateway": _GATEWAY,
    "eventBasedGateway": {
        **_GATEWAY,
        "instantiate": "false",
        "eventGatewayType": "Exclusive",
    },
    "standardLoopCharacteristics": {"testBefore": "false"},
    "multiInstanceLoopCharacteristics": {"isSequential": "false", "behavior": "All"},
    "association": {"associationDirection": "None"},
    "documentation": {"textFormat": "text/plain"},
    "textAnnotation": {"textFormat": "text/plain"},
    "dataObject": _COLLECTION,
    "dataInput": _COLLECTION,
    "dataOutput": _COLLECTION,
    "dataStore": {"isUnlimited": "true"},
    "itemDefinition": {**_COLLECTION, "itemKind": "Information"},
}
