import assert from "node:assert/strict";
import test from "node:test";

import { chosenOf, grownBy } from "../src/news/notification.js";

const waiting = (count) => ({ inbox: { count } });

test("only work that has come is told of", () => {
  assert.equal(grownBy(waiting(2), waiting(5)), 3);
  assert.equal(grownBy(waiting(5), waiting(2)), 0);
  assert.equal(grownBy(undefined, waiting(5)), 0); // the first answer of a page is no news
});

test("without a choice and the browser's leave nothing is said", () => {
  assert.equal(chosenOf("step", "granted"), "step");
  assert.equal(chosenOf("step", "denied"), "");
  assert.equal(chosenOf(null, "granted"), "");
  assert.equal(chosenOf("everything", "granted"), "");
});
