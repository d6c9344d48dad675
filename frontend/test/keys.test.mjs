import assert from "node:assert/strict";
import test from "node:test";

import { following } from "../src/inbox/cursor.js";
import { mayAct } from "../src/keys/index.js";
import { isSingle, signsOf, stepOf, Steps } from "../src/keys/shortcut.js";

const free = { closest: () => null };
const field = { closest: () => ({}) };
const known = new Set(["KeyC", "KeyG KeyI", "KeyG KeyW", "Ctrl+KeyK", "Shift+Slash"]);

test("keys are told by their place, whatever letter the layout gives", () => {
  assert.equal(stepOf({ code: "KeyJ", key: "ت" }), "KeyJ");
  assert.equal(stepOf({ code: "Slash", key: "؟", shiftKey: true }), "Shift+Slash");
  assert.equal(stepOf({ code: "KeyK", metaKey: true }), "Ctrl+KeyK");
});

test("letters are left to who types, and to nobody who turned them off", () => {
  assert.equal(mayAct("KeyC", free, true), true);
  assert.equal(mayAct("KeyC", field, true), false);
  assert.equal(mayAct("KeyC", free, false), false);
  assert.equal(mayAct("Shift+Slash", free, false), false);
  assert.equal(mayAct("Ctrl+KeyK", field, false), true);
});

test("a shortcut of two steps waits for the second one, but not for ever", () => {
  const steps = new Steps();
  assert.equal(steps.take("KeyG", known, 0), "");
  assert.equal(steps.take("KeyI", known, 900), "KeyG KeyI");
  assert.equal(steps.take("KeyG", known, 1000), "");
  assert.equal(steps.take("KeyI", known, 9000), undefined);
});

test("a step that ends nothing begins anew", () => {
  const steps = new Steps();
  assert.equal(steps.take("KeyG", known, 0), "");
  assert.equal(steps.take("KeyC", known, 100), "KeyC");
  assert.equal(steps.take("KeyW", known, 200), undefined);
});

test("what is printed on the keys is shown step by step", () => {
  assert.deepEqual(signsOf("KeyG KeyI"), ["G", "I"]);
  assert.deepEqual(signsOf("Shift+KeyC"), ["Shift+C"]);
  assert.deepEqual(signsOf("Shift+Slash"), ["?"]);
  assert.equal(isSingle("Shift+KeyC"), true);
  assert.equal(isSingle("Ctrl+Enter"), false);
});

test("the cursor begins at the first row and stops at both ends", () => {
  const rows = ["a", "b", "c"];
  assert.equal(following(rows, -1, 1), "a");
  assert.equal(following(rows, 0, 1), "b");
  assert.equal(following(rows, 2, 1), "c");
  assert.equal(following(rows, 0, -1), "a");
  assert.equal(following([], -1, 1), undefined);
});
