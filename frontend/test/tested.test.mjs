import assert from "node:assert/strict";
import { test } from "node:test";
import { watchTests } from "../src/studio/tested.js";

test("what the tests found is drawn when they are over, and nothing is asked after that", async () => {
  const answers = [{ status: 204 }, "no connection", { status: 200, ok: true }];
  const asked = [];
  const place = { dataset: { tested: "/tested/x", page: "/deploy" }, replaceChildren(...drawn) { this.drawn = drawn; } };
  globalThis.DOMParser = class {
    parseFromString = (text) => ({ querySelector: () => ({ childNodes: [text], dataset: {} }) });
  };
  const look = async (address) => {
    asked.push(address);
    if (address === "/deploy") return { ok: true, text: async () => "all of it" };
    const answer = answers.shift();
    if (answer === "no connection") throw new TypeError(answer);
    return answer;
  };

  await watchTests(place, { look, wait: async () => {} });

  assert.deepEqual(place.drawn, ["all of it"]);
  assert.deepEqual(asked, ["/tested/x", "/tested/x", "/tested/x", "/deploy"]);
});
