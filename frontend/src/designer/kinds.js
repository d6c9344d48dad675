// What an element is called, in the words of the page.

/** "bpmn:UserTask" with a timer … -> the page's word for it. */
export function kindOf(element, texts) {
  const { $type, eventDefinitions } = element.businessObject;
  const name = $type.replace(/^bpmn:/, "");
  const word = texts[`kind_${name}`] ?? name;
  const trigger = eventDefinitions?.[0]?.$type.replace(/^bpmn:|EventDefinition$/g, "");
  return trigger ? `${word} (${texts[`trigger_${trigger}`] ?? trigger})` : word;
}
