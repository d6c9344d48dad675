import assert from "node:assert/strict";
import test from "node:test";

import { LocalCopy } from "../src/draft/local.js";
import { Saver } from "../src/draft/saver.js";

function storage() {
  const kept = new Map();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => kept.set(key, text),
    removeItem: (key) => kept.delete(key),
  };
}

test("what has not arrived is there again, and nothing is left of what has", async () => {
  const place = storage();
  const copy = new LocalCopy("k", place);
  const answers = [{ ok: false }, { ok: true }];
  const saver = new Saver(async () => answers.shift(), () => {}, {
    later: () => 0, never: () => {}, keep: (unsaved) => copy.write(unsaved),
  });
  saver.change("amount", "five");
  await saver.save();
  assert.deepEqual(new LocalCopy("k", place).read(), { amount: "five" });
  await saver.save();
  assert.deepEqual(new LocalCopy("k", place).read(), {});
  assert.equal(place.kept.size, 0);
});

test("a copy of last month, or one that cannot be read, is none", () => {
  const place = storage();
  new LocalCopy("k", place, () => 0).write(new Map([["a", "b"]]));
  assert.deepEqual(new LocalCopy("k", place, () => 8 * 24 * 3600 * 1000).read(), {});
  place.setItem("k", "{");
  assert.deepEqual(new LocalCopy("k", place).read(), {});
});

test("a browser without room goes on without a copy", () => {
  const full = { getItem: () => null, removeItem: () => {}, setItem: () => { throw new Error("full"); } };
  new LocalCopy("k", full).write(new Map([["a", "b"]]));
});

test("a sign-in that is over is told as such and tried again", async () => {
  const told = [];
  const saver = new Saver(async () => ({ ok: false, final: false, state: "signed_out" }), (state) => told.push(state), {
    later: () => 0, never: () => {},
  });
  saver.change("a", "b");
  await saver.save();
  assert.equal(told.at(-1), "signed_out");
  assert.equal(saver.unsaved.size, 1);
});
