"""What each element of BPMN 2.0 may carry and hold, as its schema says.

Made by ``python -m tests.rules.standard`` of BPMN20.xsd and Semantic.xsd (formal/2013-12-09,
clause 15.3); a test holds it to them.

An attribute is written ``name``, with ``:kind`` unless it is text, with ``!`` when it must be
there. A child is written as in a grammar: ``?`` at most one, ``*`` any number, ``+`` at least one,
and ``@group`` for every element of a group; ``incoming:ref`` holds a reference as its text.
"""

from __future__ import annotations

from typing import Final

#: the elements of each group
GROUPS: Final = {
    "activity": (
        "adHocSubProcess businessRuleTask callActivity manualTask receiveTask scriptTask sendTask "
        "serviceTask subProcess task transaction userTask"
    ),
    "artifact": "association group textAnnotation",
    "choreography": "choreography globalChoreographyTask",
    "collaboration": "choreography collaboration globalChoreographyTask globalConversation",
    "conversationNode": "callConversation conversation subConversation",
    "event": (
        "boundaryEvent endEvent implicitThrowEvent intermediateCatchEvent intermediateThrowEvent "
        "startEvent"
    ),
    "eventDefinition": (
        "cancelEventDefinition compensateEventDefinition conditionalEventDefinition "
        "errorEventDefinition escalationEventDefinition linkEventDefinition messageEventDefinition "
        "signalEventDefinition terminateEventDefinition timerEventDefinition"
    ),
    "expression": "expression formalExpression",
    "flowElement": (
        "adHocSubProcess boundaryEvent boundaryEvent businessRuleTask callActivity "
        "callChoreography choreographyTask complexGateway dataObject dataObjectReference "
        "dataStoreReference endEvent endEvent eventBasedGateway exclusiveGateway "
        "implicitThrowEvent implicitThrowEvent inclusiveGateway intermediateCatchEvent "
        "intermediateCatchEvent intermediateThrowEvent intermediateThrowEvent manualTask "
        "parallelGateway receiveTask scriptTask sendTask sequenceFlow serviceTask startEvent "
        "startEvent subChoreography subProcess task transaction userTask"
    ),
    "flowNode": (
        "adHocSubProcess boundaryEvent businessRuleTask callActivity callChoreography "
        "choreographyTask complexGateway endEvent eventBasedGateway exclusiveGateway "
        "implicitThrowEvent inclusiveGateway intermediateCatchEvent intermediateThrowEvent "
        "manualTask parallelGateway receiveTask scriptTask sendTask serviceTask startEvent "
        "subChoreography subProcess task transaction userTask"
    ),
    "gateway": "complexGateway eventBasedGateway exclusiveGateway inclusiveGateway parallelGateway",
    "loopCharacteristics": "multiInstanceLoopCharacteristics standardLoopCharacteristics",
    "performer": "humanPerformer performer potentialOwner",
    "resourceRole": "humanPerformer performer potentialOwner resourceRole",
    "rootElement": (
        "cancelEventDefinition category choreography collaboration compensateEventDefinition "
        "conditionalEventDefinition correlationProperty dataStore endPoint error "
        "errorEventDefinition escalation escalationEventDefinition globalBusinessRuleTask "
        "globalChoreographyTask globalConversation globalManualTask globalScriptTask globalTask "
        "globalUserTask interface itemDefinition linkEventDefinition message "
        "messageEventDefinition partnerEntity partnerRole process resource signal "
        "signalEventDefinition terminateEventDefinition timerEventDefinition"
    ),
}

#: the attributes of each element
ATTRIBUTES: Final = {
    "activationCondition": "evaluatesToTypeRef:ref id:id language",
    "adHocSubProcess": (
        "cancelRemainingInstances:boolean completionQuantity:integer default:ref id:id "
        "isForCompensation:boolean name ordering:Parallel|Sequential startQuantity:integer "
        "triggeredByEvent:boolean"
    ),
    "assignment": "id:id",
    "association": "associationDirection:None|One|Both id:id sourceRef:ref! targetRef:ref!",
    "auditing": "id:id",
    "boundaryEvent": (
        "attachedToRef:ref! cancelActivity:boolean id:id name parallelMultiple:boolean"
    ),
    "businessRuleTask": (
        "completionQuantity:integer default:ref id:id implementation isForCompensation:boolean "
        "name startQuantity:integer"
    ),
    "callActivity": (
        "calledElement:ref completionQuantity:integer default:ref id:id isForCompensation:boolean "
        "name startQuantity:integer"
    ),
    "callChoreography": (
        "calledChoreographyRef:ref id:id initiatingParticipantRef:ref! "
        "loopType:None|Standard|MultiInstanceSequential|MultiInstanceParallel name"
    ),
    "callConversation": "calledCollaborationRef:ref id:id name",
    "callableElement": "id:id name",
    "cancelEventDefinition": "id:id",
    "category": "id:id name",
    "categoryValue": "id:id value",
    "categoryValueRef": "",
    "childLaneSet": "id:id name",
    "choreography": "id:id isClosed:boolean name",
    "choreographyRef": "",
    "choreographyTask": (
        "id:id initiatingParticipantRef:ref! "
        "loopType:None|Standard|MultiInstanceSequential|MultiInstanceParallel name"
    ),
    "collaboration": "id:id isClosed:boolean name",
    "compensateEventDefinition": "activityRef:ref id:id waitForCompletion:boolean",
    "completionCondition": "evaluatesToTypeRef:ref id:id language",
    "complexBehaviorDefinition": "id:id",
    "complexGateway": (
        "default:ref gatewayDirection:Unspecified|Converging|Diverging|Mixed id:id name"
    ),
    "condition": "evaluatesToTypeRef:ref id:id language",
    "conditionExpression": "evaluatesToTypeRef:ref id:id language",
    "conditionalEventDefinition": "id:id",
    "conversation": "id:id name",
    "conversationAssociation": "id:id innerConversationNodeRef:ref! outerConversationNodeRef:ref!",
    "conversationLink": "id:id name sourceRef:ref! targetRef:ref!",
    "correlationKey": "id:id name",
    "correlationProperty": "id:id name type:ref",
    "correlationPropertyBinding": "correlationPropertyRef:ref! id:id",
    "correlationPropertyRef": "",
    "correlationPropertyRetrievalExpression": "id:id messageRef:ref!",
    "correlationSubscription": "correlationKeyRef:ref! id:id",
    "dataAssociation": "id:id",
    "dataInput": "id:id isCollection:boolean itemSubjectRef:ref name",
    "dataInputAssociation": "id:id",
    "dataInputRefs": "",
    "dataObject": "id:id isCollection:boolean itemSubjectRef:ref name",
    "dataObjectReference": "dataObjectRef:ref id:id itemSubjectRef:ref name",
    "dataOutput": "id:id isCollection:boolean itemSubjectRef:ref name",
    "dataOutputAssociation": "id:id",
    "dataOutputRefs": "",
    "dataPath": "evaluatesToTypeRef:ref id:id language",
    "dataState": "id:id name",
    "dataStore": "capacity:integer id:id isUnlimited:boolean itemSubjectRef:ref name",
    "dataStoreReference": "dataStoreRef:ref id:id itemSubjectRef:ref name",
    "definitions": (
        "exporter exporterVersion expressionLanguage id:id name targetNamespace! typeLanguage"
    ),
    "documentation": "id:id textFormat",
    "endEvent": "id:id name",
    "endPoint": "id:id",
    "endPointRef": "",
    "error": "errorCode id:id name structureRef:ref",
    "errorEventDefinition": "errorRef:ref id:id",
    "errorRef": "",
    "escalation": "escalationCode id:id name structureRef:ref",
    "escalationEventDefinition": "escalationRef:ref id:id",
    "event": "id:id name",
    "eventBasedGateway": (
        "eventGatewayType:Exclusive|Parallel "
        "gatewayDirection:Unspecified|Converging|Diverging|Mixed id:id instantiate:boolean name"
    ),
    "eventDefinitionRef": "",
    "exclusiveGateway": (
        "default:ref gatewayDirection:Unspecified|Converging|Diverging|Mixed id:id name"
    ),
    "expression": "evaluatesToTypeRef:ref id:id language",
    "extension": "definition:ref mustUnderstand:boolean",
    "extensionElements": "",
    "flowNodeRef": "",
    "formalExpression": "evaluatesToTypeRef:ref id:id language",
    "from": "evaluatesToTypeRef:ref id:id language",
    "globalBusinessRuleTask": "id:id implementation name",
    "globalChoreographyTask": "id:id initiatingParticipantRef:ref isClosed:boolean name",
    "globalConversation": "id:id isClosed:boolean name",
    "globalManualTask": "id:id name",
    "globalScriptTask": "id:id name scriptLanguage",
    "globalTask": "id:id name",
    "globalUserTask": "id:id implementation name",
    "group": "categoryValueRef:ref id:id",
    "humanPerformer": "id:id name",
    "implicitThrowEvent": "id:id name",
    "import": "importType! location! namespace!",
    "inMessageRef": "",
    "inclusiveGateway": (
        "default:ref gatewayDirection:Unspecified|Converging|Diverging|Mixed id:id name"
    ),
    "incoming": "",
    "innerParticipantRef": "",
    "inputDataItem": "id:id isCollection:boolean itemSubjectRef:ref name",
    "inputSet": "id:id name",
    "inputSetRefs": "",
    "interface": "id:id implementationRef:ref name!",
    "interfaceRef": "",
    "intermediateCatchEvent": "id:id name parallelMultiple:boolean",
    "intermediateThrowEvent": "id:id name",
    "ioBinding": "id:id inputDataRef:ref! operationRef:ref! outputDataRef:ref!",
    "ioSpecification": "id:id",
    "itemDefinition": "id:id isCollection:boolean itemKind:Information|Physical structureRef:ref",
    "lane": "id:id name partitionElementRef:ref",
    "laneSet": "id:id name",
    "linkEventDefinition": "id:id name!",
    "loopCardinality": "evaluatesToTypeRef:ref id:id language",
    "loopCondition": "evaluatesToTypeRef:ref id:id language",
    "loopDataInputRef": "",
    "loopDataOutputRef": "",
    "manualTask": (
        "completionQuantity:integer default:ref id:id isForCompensation:boolean name "
        "startQuantity:integer"
    ),
    "message": "id:id itemRef:ref name",
    "messageEventDefinition": "id:id messageRef:ref",
    "messageFlow": "id:id messageRef:ref name sourceRef:ref! targetRef:ref!",
    "messageFlowAssociation": "id:id innerMessageFlowRef:ref! outerMessageFlowRef:ref!",
    "messageFlowRef": "",
    "messagePath": "evaluatesToTypeRef:ref id:id language",
    "monitoring": "id:id",
    "multiInstanceLoopCharacteristics": (
        "behavior:None|One|All|Complex id:id isSequential:boolean noneBehaviorEventRef:ref "
        "oneBehaviorEventRef:ref"
    ),
    "operation": "id:id implementationRef:ref name!",
    "operationRef": "",
    "optionalInputRefs": "",
    "optionalOutputRefs": "",
    "outMessageRef": "",
    "outerParticipantRef": "",
    "outgoing": "",
    "outputDataItem": "id:id isCollection:boolean itemSubjectRef:ref name",
    "outputSet": "id:id name",
    "outputSetRefs": "",
    "parallelGateway": "gatewayDirection:Unspecified|Converging|Diverging|Mixed id:id name",
    "participant": "id:id name processRef:ref",
    "participantAssociation": "id:id",
    "participantMultiplicity": "id:id maximum:integer minimum:integer",
    "participantRef": "",
    "partitionElement": "id:id",
    "partnerEntity": "id:id name",
    "partnerRole": "id:id name",
    "performer": "id:id name",
    "potentialOwner": "id:id name",
    "process": (
        "definitionalCollaborationRef:ref id:id isClosed:boolean isExecutable:boolean name "
        "processType:None|Public|Private"
    ),
    "property": "id:id itemSubjectRef:ref name",
    "receiveTask": (
        "completionQuantity:integer default:ref id:id implementation instantiate:boolean "
        "isForCompensation:boolean messageRef:ref name operationRef:ref startQuantity:integer"
    ),
    "relationship": "direction:None|Forward|Backward|Both id:id type!",
    "rendering": "id:id",
    "resource": "id:id name!",
    "resourceAssignmentExpression": "id:id",
    "resourceParameter": "id:id isRequired:boolean name type:ref",
    "resourceParameterBinding": "id:id parameterRef:ref!",
    "resourceRef": "",
    "resourceRole": "id:id name",
    "script": "",
    "scriptTask": (
        "completionQuantity:integer default:ref id:id isForCompensation:boolean name scriptFormat "
        "startQuantity:integer"
    ),
    "sendTask": (
        "completionQuantity:integer default:ref id:id implementation isForCompensation:boolean "
        "messageRef:ref name operationRef:ref startQuantity:integer"
    ),
    "sequenceFlow": "id:id isImmediate:boolean name sourceRef:ref! targetRef:ref!",
    "serviceTask": (
        "completionQuantity:integer default:ref id:id implementation isForCompensation:boolean "
        "name operationRef:ref startQuantity:integer"
    ),
    "signal": "id:id name structureRef:ref",
    "signalEventDefinition": "id:id signalRef:ref",
    "source": "",
    "sourceRef": "",
    "standardLoopCharacteristics": "id:id loopMaximum:integer testBefore:boolean",
    "startEvent": "id:id isInterrupting:boolean name parallelMultiple:boolean",
    "subChoreography": (
        "id:id initiatingParticipantRef:ref! "
        "loopType:None|Standard|MultiInstanceSequential|MultiInstanceParallel name"
    ),
    "subConversation": "id:id name",
    "subProcess": (
        "completionQuantity:integer default:ref id:id isForCompensation:boolean name "
        "startQuantity:integer triggeredByEvent:boolean"
    ),
    "supportedInterfaceRef": "",
    "supports": "",
    "target": "",
    "targetRef": "",
    "task": (
        "completionQuantity:integer default:ref id:id isForCompensation:boolean name "
        "startQuantity:integer"
    ),
    "terminateEventDefinition": "id:id",
    "text": "",
    "textAnnotation": "id:id textFormat",
    "timeCycle": "evaluatesToTypeRef:ref id:id language",
    "timeDate": "evaluatesToTypeRef:ref id:id language",
    "timeDuration": "evaluatesToTypeRef:ref id:id language",
    "timerEventDefinition": "id:id",
    "to": "evaluatesToTypeRef:ref id:id language",
    "transaction": (
        "completionQuantity:integer default:ref id:id isForCompensation:boolean "
        "method:##Compensate|##Image|##Store name startQuantity:integer triggeredByEvent:boolean"
    ),
    "transformation": "evaluatesToTypeRef:ref id:id language",
    "userTask": (
        "completionQuantity:integer default:ref id:id implementation isForCompensation:boolean "
        "name startQuantity:integer"
    ),
    "whileExecutingInputRefs": "",
    "whileExecutingOutputRefs": "",
}

#: what each element holds, in order
CHILDREN: Final = {
    "activationCondition": "documentation* extensionElements?",
    "adHocSubProcess": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics? laneSet* @flowElement* "
        "@artifact* completionCondition?"
    ),
    "assignment": "documentation* extensionElements? from to",
    "association": "documentation* extensionElements?",
    "auditing": "documentation* extensionElements?",
    "boundaryEvent": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* property* dataOutput* dataOutputAssociation* outputSet? "
        "@eventDefinition* eventDefinitionRef:ref*"
    ),
    "businessRuleTask": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics?"
    ),
    "callActivity": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics?"
    ),
    "callChoreography": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* participantRef:ref+ correlationKey* participantAssociation*"
    ),
    "callConversation": (
        "documentation* extensionElements? participantRef:ref* messageFlowRef:ref* correlationKey* "
        "participantAssociation*"
    ),
    "callableElement": (
        "documentation* extensionElements? supportedInterfaceRef:ref* ioSpecification? ioBinding*"
    ),
    "cancelEventDefinition": "documentation* extensionElements?",
    "category": "documentation* extensionElements? categoryValue*",
    "categoryValue": "documentation* extensionElements?",
    "categoryValueRef": "",
    "childLaneSet": "documentation* extensionElements? lane*",
    "choreography": (
        "documentation* extensionElements? participant* messageFlow* @artifact* @conversationNode* "
        "conversationAssociation* participantAssociation* messageFlowAssociation* correlationKey* "
        "choreographyRef:ref* conversationLink* @flowElement*"
    ),
    "choreographyRef": "",
    "choreographyTask": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* participantRef:ref+ correlationKey* messageFlowRef:ref+"
    ),
    "collaboration": (
        "documentation* extensionElements? participant* messageFlow* @artifact* @conversationNode* "
        "conversationAssociation* participantAssociation* messageFlowAssociation* correlationKey* "
        "choreographyRef:ref* conversationLink*"
    ),
    "compensateEventDefinition": "documentation* extensionElements?",
    "completionCondition": "documentation* extensionElements?",
    "complexBehaviorDefinition": "documentation* extensionElements? condition event?",
    "complexGateway": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* activationCondition?"
    ),
    "condition": "documentation* extensionElements?",
    "conditionExpression": "documentation* extensionElements?",
    "conditionalEventDefinition": "documentation* extensionElements? condition",
    "conversation": (
        "documentation* extensionElements? participantRef:ref* messageFlowRef:ref* correlationKey*"
    ),
    "conversationAssociation": "documentation* extensionElements?",
    "conversationLink": "documentation* extensionElements?",
    "correlationKey": "documentation* extensionElements? correlationPropertyRef:ref*",
    "correlationProperty": (
        "documentation* extensionElements? correlationPropertyRetrievalExpression+"
    ),
    "correlationPropertyBinding": "documentation* extensionElements? dataPath",
    "correlationPropertyRef": "",
    "correlationPropertyRetrievalExpression": "documentation* extensionElements? messagePath",
    "correlationSubscription": "documentation* extensionElements? correlationPropertyBinding*",
    "dataAssociation": (
        "documentation* extensionElements? sourceRef:ref* targetRef:ref transformation? assignment*"
    ),
    "dataInput": "documentation* extensionElements? dataState?",
    "dataInputAssociation": (
        "documentation* extensionElements? sourceRef:ref* targetRef:ref transformation? assignment*"
    ),
    "dataInputRefs": "",
    "dataObject": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* dataState?"
    ),
    "dataObjectReference": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* dataState?"
    ),
    "dataOutput": "documentation* extensionElements? dataState?",
    "dataOutputAssociation": (
        "documentation* extensionElements? sourceRef:ref* targetRef:ref transformation? assignment*"
    ),
    "dataOutputRefs": "",
    "dataPath": "documentation* extensionElements?",
    "dataState": "documentation* extensionElements?",
    "dataStore": "documentation* extensionElements? dataState?",
    "dataStoreReference": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* dataState?"
    ),
    "definitions": "import* extension* @rootElement* BPMNDiagram* relationship*",
    "documentation": "",
    "endEvent": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* property* dataInput* dataInputAssociation* inputSet? "
        "@eventDefinition* eventDefinitionRef:ref*"
    ),
    "endPoint": "documentation* extensionElements?",
    "endPointRef": "",
    "error": "documentation* extensionElements?",
    "errorEventDefinition": "documentation* extensionElements?",
    "errorRef": "",
    "escalation": "documentation* extensionElements?",
    "escalationEventDefinition": "documentation* extensionElements?",
    "event": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* property* dataInput* dataInputAssociation* inputSet? "
        "@eventDefinition* eventDefinitionRef:ref*"
    ),
    "eventBasedGateway": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref*"
    ),
    "eventDefinitionRef": "",
    "exclusiveGateway": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref*"
    ),
    "expression": "documentation* extensionElements?",
    "extension": "documentation*",
    "extensionElements": "",
    "flowNodeRef": "",
    "formalExpression": "documentation* extensionElements?",
    "from": "documentation* extensionElements?",
    "globalBusinessRuleTask": (
        "documentation* extensionElements? supportedInterfaceRef:ref* ioSpecification? ioBinding* "
        "@resourceRole*"
    ),
    "globalChoreographyTask": (
        "documentation* extensionElements? participant* messageFlow* @artifact* @conversationNode* "
        "conversationAssociation* participantAssociation* messageFlowAssociation* correlationKey* "
        "choreographyRef:ref* conversationLink* @flowElement*"
    ),
    "globalConversation": (
        "documentation* extensionElements? participant* messageFlow* @artifact* @conversationNode* "
        "conversationAssociation* participantAssociation* messageFlowAssociation* correlationKey* "
        "choreographyRef:ref* conversationLink*"
    ),
    "globalManualTask": (
        "documentation* extensionElements? supportedInterfaceRef:ref* ioSpecification? ioBinding* "
        "@resourceRole*"
    ),
    "globalScriptTask": (
        "documentation* extensionElements? supportedInterfaceRef:ref* ioSpecification? ioBinding* "
        "@resourceRole* script?"
    ),
    "globalTask": (
        "documentation* extensionElements? supportedInterfaceRef:ref* ioSpecification? ioBinding* "
        "@resourceRole*"
    ),
    "globalUserTask": (
        "documentation* extensionElements? supportedInterfaceRef:ref* ioSpecification? ioBinding* "
        "@resourceRole* rendering*"
    ),
    "group": "documentation* extensionElements?",
    "humanPerformer": (
        "documentation* extensionElements? resourceRef:ref resourceParameterBinding* "
        "resourceAssignmentExpression?"
    ),
    "implicitThrowEvent": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* property* dataInput* dataInputAssociation* inputSet? "
        "@eventDefinition* eventDefinitionRef:ref*"
    ),
    "import": "",
    "inMessageRef": "",
    "inclusiveGateway": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref*"
    ),
    "incoming": "",
    "innerParticipantRef": "",
    "inputDataItem": "documentation* extensionElements? dataState?",
    "inputSet": (
        "documentation* extensionElements? dataInputRefs:ref* optionalInputRefs:ref* "
        "whileExecutingInputRefs:ref* outputSetRefs:ref*"
    ),
    "inputSetRefs": "",
    "interface": "documentation* extensionElements? operation+",
    "interfaceRef": "",
    "intermediateCatchEvent": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* property* dataOutput* dataOutputAssociation* outputSet? "
        "@eventDefinition* eventDefinitionRef:ref*"
    ),
    "intermediateThrowEvent": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* property* dataInput* dataInputAssociation* inputSet? "
        "@eventDefinition* eventDefinitionRef:ref*"
    ),
    "ioBinding": "documentation* extensionElements?",
    "ioSpecification": (
        "documentation* extensionElements? dataInput* dataOutput* inputSet+ outputSet+"
    ),
    "itemDefinition": "documentation* extensionElements?",
    "lane": "documentation* extensionElements? partitionElement? flowNodeRef:ref* childLaneSet?",
    "laneSet": "documentation* extensionElements? lane*",
    "linkEventDefinition": "documentation* extensionElements? source:ref* target:ref?",
    "loopCardinality": "documentation* extensionElements?",
    "loopCondition": "documentation* extensionElements?",
    "loopDataInputRef": "",
    "loopDataOutputRef": "",
    "manualTask": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics?"
    ),
    "message": "documentation* extensionElements?",
    "messageEventDefinition": "documentation* extensionElements? operationRef:ref?",
    "messageFlow": "documentation* extensionElements?",
    "messageFlowAssociation": "documentation* extensionElements?",
    "messageFlowRef": "",
    "messagePath": "documentation* extensionElements?",
    "monitoring": "documentation* extensionElements?",
    "multiInstanceLoopCharacteristics": (
        "documentation* extensionElements? loopCardinality? loopDataInputRef:ref? "
        "loopDataOutputRef:ref? inputDataItem? outputDataItem? complexBehaviorDefinition* "
        "completionCondition?"
    ),
    "operation": (
        "documentation* extensionElements? inMessageRef:ref outMessageRef:ref? errorRef:ref*"
    ),
    "operationRef": "",
    "optionalInputRefs": "",
    "optionalOutputRefs": "",
    "outMessageRef": "",
    "outerParticipantRef": "",
    "outgoing": "",
    "outputDataItem": "documentation* extensionElements? dataState?",
    "outputSet": (
        "documentation* extensionElements? dataOutputRefs:ref* optionalOutputRefs:ref* "
        "whileExecutingOutputRefs:ref* inputSetRefs:ref*"
    ),
    "outputSetRefs": "",
    "parallelGateway": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref*"
    ),
    "participant": (
        "documentation* extensionElements? interfaceRef:ref* endPointRef:ref* "
        "participantMultiplicity?"
    ),
    "participantAssociation": (
        "documentation* extensionElements? innerParticipantRef:ref outerParticipantRef:ref"
    ),
    "participantMultiplicity": "documentation* extensionElements?",
    "participantRef": "",
    "partitionElement": "documentation* extensionElements?",
    "partnerEntity": "documentation* extensionElements? participantRef:ref*",
    "partnerRole": "documentation* extensionElements? participantRef:ref*",
    "performer": (
        "documentation* extensionElements? resourceRef:ref resourceParameterBinding* "
        "resourceAssignmentExpression?"
    ),
    "potentialOwner": (
        "documentation* extensionElements? resourceRef:ref resourceParameterBinding* "
        "resourceAssignmentExpression?"
    ),
    "process": (
        "documentation* extensionElements? supportedInterfaceRef:ref* ioSpecification? ioBinding* "
        "auditing? monitoring? property* laneSet* @flowElement* @artifact* @resourceRole* "
        "correlationSubscription* supports:ref*"
    ),
    "property": "documentation* extensionElements? dataState?",
    "receiveTask": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics?"
    ),
    "relationship": "documentation* extensionElements? source:ref+ target:ref+",
    "rendering": "documentation* extensionElements?",
    "resource": "documentation* extensionElements? resourceParameter*",
    "resourceAssignmentExpression": "documentation* extensionElements? @expression",
    "resourceParameter": "documentation* extensionElements?",
    "resourceParameterBinding": "documentation* extensionElements? @expression",
    "resourceRef": "",
    "resourceRole": (
        "documentation* extensionElements? resourceRef:ref resourceParameterBinding* "
        "resourceAssignmentExpression?"
    ),
    "script": "",
    "scriptTask": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics? script?"
    ),
    "sendTask": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics?"
    ),
    "sequenceFlow": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "conditionExpression?"
    ),
    "serviceTask": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics?"
    ),
    "signal": "documentation* extensionElements?",
    "signalEventDefinition": "documentation* extensionElements?",
    "source": "",
    "sourceRef": "",
    "standardLoopCharacteristics": "documentation* extensionElements? loopCondition?",
    "startEvent": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* property* dataOutput* dataOutputAssociation* outputSet? "
        "@eventDefinition* eventDefinitionRef:ref*"
    ),
    "subChoreography": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* participantRef:ref+ correlationKey* @flowElement* @artifact*"
    ),
    "subConversation": (
        "documentation* extensionElements? participantRef:ref* messageFlowRef:ref* correlationKey* "
        "@conversationNode*"
    ),
    "subProcess": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics? laneSet* @flowElement* "
        "@artifact*"
    ),
    "supportedInterfaceRef": "",
    "supports": "",
    "target": "",
    "targetRef": "",
    "task": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics?"
    ),
    "terminateEventDefinition": "documentation* extensionElements?",
    "text": "",
    "textAnnotation": "documentation* extensionElements? text?",
    "timeCycle": "documentation* extensionElements?",
    "timeDate": "documentation* extensionElements?",
    "timeDuration": "documentation* extensionElements?",
    "timerEventDefinition": "documentation* extensionElements? timeDate? timeDuration? timeCycle?",
    "to": "documentation* extensionElements?",
    "transaction": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics? laneSet* @flowElement* "
        "@artifact*"
    ),
    "transformation": "documentation* extensionElements?",
    "userTask": (
        "documentation* extensionElements? auditing? monitoring? categoryValueRef:ref* "
        "incoming:ref* outgoing:ref* ioSpecification? property* dataInputAssociation* "
        "dataOutputAssociation* @resourceRole* @loopCharacteristics? rendering*"
    ),
    "whileExecutingInputRefs": "",
    "whileExecutingOutputRefs": "",
}
