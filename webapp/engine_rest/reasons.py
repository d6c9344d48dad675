"""Why an operation of Camunda's is not offered here; one line each, by its id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: said of what is meant to come
LATER: Final = "it is not built yet"

_ON_PAGES: Final = (
    "people, roles and units are changed on the pages: a role is given in a unit, for a time"
)
_BY_ROLES: Final = "what somebody may do follows from roles and from the settings of the process"
_OF_PROCESSES: Final = "roles are those of the processes"
_KEPT: Final = "history is only added to; what is purged, the site's rules of retention say"
_RETAINED: Final = "how long cases are kept is a rule of the site, for administrators"
_CASES_REST_ON_IT: Final = "cases run by it and are explained by it; suspend the process instead"
_WITH_CASES: Final = (
    "decisions are kept with their cases: ask for "
    "/history/process-definition/cleanable-process-instance-report"
)
_BY_TWO: Final = "what is due is asked for by one person and confirmed by another, on the pages"
_FORM_JS: Final = "forms are given in the JSON of form-js: ask for the deployed form"
_ALL_UNITS: Final = "a process is the same in every unit: ask without tenant-id"

#: by operation id, in one sentence that says what to do instead where there is something
REASONS: Final[Mapping[str, str]] = {
    "setExternalTaskRetriesAsyncOperation": "set them at once: PUT /external-task/retries",
    "createTask": "a task is opened by its case: start one, or start an activity of one",
    "deleteTask": "a task of a case is deleted in Camunda neither: cancel its activity",
    "getRenderedForm": "forms are drawn on the pages; deployed-form gives one as JSON",
    "clearIncidentAnnotation": "what was found out about a cause is kept when it comes back",
    "cleanupAsync": _BY_TWO,
    "clearAnnotationUserOperationLog": _KEPT,
    "createAuthorization": _BY_ROLES,
    "createGroup": _OF_PROCESSES,
    "createGroupMember": _ON_PAGES,
    "createGroupMembership": _ON_PAGES,
    "createTenant": _ON_PAGES,
    "createUser": _ON_PAGES,
    "createUserMembership": _ON_PAGES,
    "createIncident": "incidents are opened by what goes wrong, not by programs",
    "deleteAsync": _KEPT,
    "deleteAuthorization": _BY_ROLES,
    "deleteDeployment": _CASES_REST_ON_IT,
    "deleteHistoricBatch": _KEPT,
    "deleteHistoricProcessInstance": _KEPT,
    "deleteHistoricProcessInstancesAsync": _KEPT,
    "deleteHistoricVariableInstance": _KEPT,
    "deleteHistoricVariableInstancesOfHistoricProcessInstance": _KEPT,
    "deleteProcessDefinition": _CASES_REST_ON_IT,
    "deleteProcessDefinitionsByKey": _CASES_REST_ON_IT,
    "deleteProcessDefinitionsByKeyAndTenantId": _CASES_REST_ON_IT,
    "getCleanableHistoricDecisionInstanceReport": _WITH_CASES,
    "getCleanableHistoricDecisionInstanceReportCount": _WITH_CASES,
    "getDecisionStatistics": "ask for the decisions themselves: /history/decision-instance",
    "getRenderedStartForm": _FORM_JS,
    "getRenderedStartFormByKey": _FORM_JS,
    "getRenderedStartFormByKeyAndTenantId": _FORM_JS,
    "getSchemaLog": "versions of the tables are told by divan doctor",
    "historicDetail": "ask for them by processInstanceId: /history/detail",
    "historicDetailBinary": "ask for the bytes of the variable itself",
    "querySchemaLog": "versions of the tables are told by divan doctor",
    "setAnnotationUserOperationLog": _KEPT,
    "setRemovalTimeAsync": _RETAINED,
    "setRemovalTimeAsyncHistoricBatch": _RETAINED,
    "setRemovalTimeAsyncHistoricDecisionInstance": _RETAINED,
    "updateHistoryTimeToLiveByDecisionDefinitionId": _RETAINED,
    "updateHistoryTimeToLiveByDecisionDefinitionKey": _RETAINED,
    "updateHistoryTimeToLiveByDecisionDefinitionKeyAndTenant": _RETAINED,
    "updateHistoryTimeToLiveByProcessDefinitionId": _RETAINED,
    "updateHistoryTimeToLiveByProcessDefinitionKey": _RETAINED,
    "updateHistoryTimeToLiveByProcessDefinitionKeyAndTenantId": _RETAINED,
    "updateProcessDefinitionSuspensionStateByKeyAndTenantId": _ALL_UNITS,
    "deleteGroup": _OF_PROCESSES,
    "deleteGroupMember": _ON_PAGES,
    "deleteGroupMembership": _ON_PAGES,
    "deleteTaskMetrics": "what people did is kept as long as their cases",
    "deleteTenant": _ON_PAGES,
    "deleteUser": "nobody is deleted: people are shut out on the pages",
    "deleteUserMembership": _ON_PAGES,
    "interval": "figures over time are shown under /monitoring and told to Prometheus at /metrics",
    "recalculateDuedate": "a changed calendar moves its deadlines by itself; set the duedate",
    "unlockUser": "wrong passwords are forgotten after a quarter of an hour",
    "updateAuthorization": _BY_ROLES,
    "updateCredentials": "everybody changes the own password, under My account",
    "updateGroup": _OF_PROCESSES,
    "updateProfile": _ON_PAGES,
    "updateTenant": _ON_PAGES,
}

#: first parts of Camunda's addresses that its published client has no operation for
RESOURCES: Final[Mapping[str, str]] = {
    "case-definition": "CMMN is not run here",
    "case-execution": "CMMN is not run here",
    "case-instance": "CMMN is not run here",
}
