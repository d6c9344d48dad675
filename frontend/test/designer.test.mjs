import assert from "node:assert/strict";
import { test } from "node:test";
import { FA } from "../src/designer/fa.js";
import { Keeper } from "../src/designer/keeper.js";
import { LocalModel } from "../src/designer/local.js";
import { timeInWords } from "../src/designer/spans.js";
import { said } from "./said.mjs";

const ENGLISH = {
  years: "years", months: "months", weeks: "weeks", days: "days", hours: "hours", minutes: "minutes", seconds: "seconds",
  and: " and ", times: "{count} times, every {span}", every: "every {span}",
};

test("the table of Persian has every text of the drawing libraries, and its placeholders", () => {
  const texts = said();
  assert.ok(texts.length > 100, "the texts were not found any more");
  assert.deepEqual(texts.filter((each) => !FA[each]), []);
  for (const [english, persian] of Object.entries(FA)) {
    assert.deepEqual(persian.match(/\{\w+\}/g), english.match(/\{\w+\}/g), english);
    assert.match(persian, /[؀-ۿ]/, english);
  }
});

test("a span of time is told in words, and what is none is not", () => {
  const told = (text) => timeInWords(text, ENGLISH, String);
  assert.equal(told("P2D"), "2 days");
  assert.equal(told("P1Y2MT30M"), "1 years and 2 months and 30 minutes");
  assert.equal(told("R3/PT1H"), "3 times, every 1 hours");
  assert.equal(told("R/P1W"), "every 1 weeks");
  for (const none of ["", "P", "PT", "soon", "= due", "2026-11-21"]) assert.equal(told(none), "", none);
});

/** A keeper whose server answers as it is told, with what it said and kept. */
function kept(...answers) {
  const timers = [];
  const made = { told: [], sent: [], local: [], text: "one" };
  made.keeper = new Keeper({
    read: async () => made.text,
    send: async (text, version) => {
      made.sent.push([text, version]);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return typeof answer === "function" ? answer() : answer;
    },
    tell: (state) => made.told.push(state),
    keep: (text, version) => made.local.push([text, version]),
    version: 1,
    later: (act, rest) => timers.push({ act, rest }),
    never: () => { timers.length = 0; },
  });
  made.timers = timers;
  return made;
}

test("what was drawn is saved over its version and is not kept in the browser any more", async () => {
  const { keeper, told, sent, local } = kept({ state: "saved", version: 2 });
  keeper.changed();
  await keeper.save();
  assert.deepEqual(told, ["waiting", "saving", "saved"]);
  assert.deepEqual(sent, [["one", 1]]);
  assert.equal(keeper.version, 2);
  assert.deepEqual(local, [["one", 1], [null, undefined]]);
  assert.equal(keeper.isDirty, false);
});

test("without a connection the work stays in the browser and goes out later, ever more rarely", async () => {
  const { keeper, told, local, timers } = kept(new Error("away"), { state: "offline" }, { state: "saved", version: 2 });
  keeper.changed();
  await keeper.save();
  assert.deepEqual(local.at(-1), ["one", 1]);
  const first = timers.at(-1).rest;
  await keeper.save();
  assert.ok(timers.at(-1).rest > first);
  await keeper.save();
  assert.deepEqual(told.filter((each) => !["saving", "waiting"].includes(each)), ["offline", "offline", "saved"]);
});

test("what is drawn while a save is under way is saved next", async () => {
  const made = kept(() => { made.text = "two"; made.keeper.changed(); return { state: "saved", version: 2 }; }, { state: "saved", version: 3 });
  made.keeper.changed();
  await made.keeper.save();
  assert.equal(made.keeper.isDirty, true);
  assert.deepEqual(made.local.at(-1), ["one", 1]);
  await made.keeper.save();
  assert.deepEqual(made.sent, [["one", 1], ["two", 2]]);
});

test("when somebody was faster nothing is sent again: both are kept on the server", async () => {
  const { keeper, told, sent } = kept({ state: "moved", both: "/both" });
  keeper.changed();
  await keeper.save();
  keeper.changed();
  await keeper.save();
  assert.equal(sent.length, 1);
  assert.equal(told.at(-1), "moved");
});

test("a refused model is told of and the next change is tried anew", async () => {
  const { keeper, told, sent } = kept({ state: "refused", why: "too large" }, { state: "saved", version: 2 });
  keeper.changed();
  await keeper.save();
  assert.equal(told.at(-1), "refused");
  keeper.changed();
  await keeper.save();
  assert.equal(sent.length, 2);
  assert.equal(told.at(-1), "saved");
});

test("what was left in a browser is read again, unless it is old or unreadable", () => {
  const storage = new Map();
  const box = { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => storage.set(key, value), removeItem: (key) => storage.delete(key) };
  let now = 1e12;
  const local = new LocalModel("key", box, () => now);
  local.write("<xml/>", 7);
  assert.deepEqual(local.read(), { text: "<xml/>", version: 7 });
  now += 15 * 24 * 3600 * 1000;
  assert.equal(local.read(), null);
  storage.set("key", "{broken");
  assert.equal(local.read(), null);
  local.write(null);
  assert.equal(storage.size, 0);
});
