import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { BpmnModdle } from "bpmn-moddle";

const zeebe = createRequire(import.meta.url)("zeebe-bpmn-moddle/resources/zeebe.json");
const AREAS = fileURLToPath(new URL("../../processes/", import.meta.url));

const models = readdirSync(AREAS, { recursive: true }).filter((each) => each.endsWith(".bpmn"));

test("every model of the areas is read by Camunda's bpmn-moddle with its descriptors without a warning", async () => {
  assert.ok(models.length > 5, "the models were not found any more");
  for (const model of models) {
    const { warnings } = await new BpmnModdle({ zeebe }).fromXML(readFileSync(`${AREAS}${model}`, "utf8"));
    assert.deepEqual(warnings.map((each) => each.message), [], model);
  }
});
