import assert from "node:assert/strict";
import test from "node:test";

import { titled, waitOf } from "../src/news/index.js";

test("a page that is not looked at asks seldom, one that is not answered ever more seldom", () => {
  const seen = waitOf({ hidden: false, failures: 0 });
  assert.equal(seen, 20_000);
  assert.ok(waitOf({ hidden: true, failures: 0 }) > seen);
  assert.equal(waitOf({ hidden: false, failures: 2 }), 4 * seen);
  assert.equal(waitOf({ hidden: true, failures: 30 }), 600_000);
});

test("pages do not ask at one moment", () => {
  assert.equal(waitOf({ hidden: false, failures: 0 }, 0), 18_000);
  assert.equal(waitOf({ hidden: false, failures: 0 }, 1), 22_000);
});

test("a title has the count before it, once", () => {
  assert.equal(titled("Inbox · Divan", "3"), "(3) Inbox · Divan");
  assert.equal(titled("(۳) کارتابل", "۴"), "(۴) کارتابل");
  assert.equal(titled("(999+) Inbox", ""), "Inbox");
});
