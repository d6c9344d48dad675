// Ready-made elements of what exists in the draft: a human task with a form, a handler's service task,
// a decision, a call of another process; offered where elements are created and appended.

const MOST = 60; // of one kind; more are found by the fields of the panel

/** What is ready made: {id, label, type, extension: [type, properties], name}. */
export function readyMade({ forms, topics, decisions, processes }, texts) {
  const made = (kind, type, extension, all) => all.slice(0, MOST).map(([id, name]) => ({
    id: `${kind}-${id}`,
    label: texts[`ready_${kind}`].replace("{name}", name || id),
    search: id,
    type,
    extension: extension(id),
    name: name || id,
  }));
  return [
    ...made("form", "bpmn:UserTask", (id) => ["zeebe:FormDefinition", { formId: id }], forms),
    ...made("handler", "bpmn:ServiceTask", (id) => ["zeebe:TaskDefinition", { type: id }], topics.map(([id]) => [id, ""])),
    ...made("decision", "bpmn:BusinessRuleTask", (id) => ["zeebe:CalledDecision", { decisionId: id, resultVariable: "result" }], decisions),
    ...made("call", "bpmn:CallActivity", (id) => ["zeebe:CalledElement", { processId: id }], processes),
  ];
}

const ICONS = { "bpmn:UserTask": "user-task", "bpmn:ServiceTask": "service-task", "bpmn:BusinessRuleTask": "business-rule-task", "bpmn:CallActivity": "call-activity" };

/** A module of the modeler that offers them. */
export function templatesModule(known, texts) {
  const templates = readyMade(known, texts);

  function Templates(popupMenu, elementFactory, bpmnFactory, autoPlace, create, rules) {
    const shapeOf = ({ type, name, extension: [kind, properties] }) => {
      const shape = elementFactory.createShape({ type });
      const holder = bpmnFactory.create("bpmn:ExtensionElements", { values: [] });
      const made = bpmnFactory.create(kind, properties);
      made.$parent = holder;
      holder.values.push(made);
      holder.$parent = shape.businessObject;
      Object.assign(shape.businessObject, { name, extensionElements: holder });
      return shape;
    };
    const entriesWith = (action) => Object.fromEntries(templates.map((each) => [`ready-${each.id}`, {
      label: each.label,
      search: each.search,
      className: `bpmn-icon-${ICONS[each.type]}`,
      group: { id: "ready", name: texts.ready },
      action: action(each),
    }]));
    popupMenu.registerProvider("bpmn-append", 900, {
      getPopupMenuEntries: (element) => (entries) => (rules.allowed("shape.append", { element })
        ? { ...entries, ...entriesWith((each) => ({ click: () => autoPlace.append(element, shapeOf(each)) })) } : entries),
    });
    popupMenu.registerProvider("bpmn-create", 900, {
      getPopupMenuEntries: () => (entries) => ({
        ...entries,
        ...entriesWith((each) => {
          const start = (event) => { create.start(event, shapeOf(each)); popupMenu.close(); };
          return { click: start, dragstart: start };
        }),
      }),
    });
  }
  Templates.$inject = ["popupMenu", "elementFactory", "bpmnFactory", "autoPlace", "create", "rules"];
  return { __init__: ["divanTemplates"], divanTemplates: ["type", Templates] };
}
