import assert from "node:assert/strict";
import test from "node:test";

import { actOf } from "../src/inbox/index.js";

function key(code, more = {}) {
  return { code, target: { closest: () => null }, ...more };
}

test("keys are told by their place, whatever letter the layout gives", () => {
  assert.equal(actOf(key("KeyJ", { key: "ت" }), true), "next");
  assert.equal(actOf(key("KeyK", { key: "ن" }), true), "previous");
  assert.equal(actOf(key("KeyC"), true), "claim");
  assert.equal(actOf(key("Slash", { shiftKey: true }), true), "help");
});

test("shortcuts of the system and typing in a field are left alone", () => {
  assert.equal(actOf(key("KeyC", { ctrlKey: true }), true), undefined);
  assert.equal(actOf(key("KeyJ", { target: { closest: () => ({}) } }), true), undefined);
});

test("single keys can be turned off", () => {
  assert.equal(actOf(key("KeyJ"), false), undefined);
});
