// The browser's validators, FEEL and words against the cases that the server's tests read too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { evaluate } from "../src/forms/feel.js";
import { isoOf, ofIso, parse, weekdayOf, written } from "../src/forms/jalali.js";
import { check } from "../src/forms/kinds.js";
import { number, textOf } from "../src/forms/numbers.js";
import { inWords } from "../src/forms/words.js";

const cases = (name) =>
  JSON.parse(readFileSync(new URL(`../../tests/unit/forms/${name}`, import.meta.url), "utf8"));

for (const { browser, cases: table } of cases("field_cases.json")) {
  for (const { typed, value, code, times } of table) {
    test(`${JSON.stringify(browser)}: ${JSON.stringify(typed).slice(0, 60)}`, () => {
      const long = (text) => (times && text ? text.repeat(times) : text);
      const read = check(browser, long(typed));
      assert.equal(read.code, code);
      if (code === undefined) assert.deepEqual(read.value ?? null, long(value));
    });
  }
}

const isNumber = (value) => value !== null && typeof value === "object" && "n" in value;

/** Numbers stand as {"n": "12.5"} in the file. */
function mapped(value, change, is) {
  if (is(value)) return change(value);
  if (Array.isArray(value)) return value.map((each) => mapped(each, change, is));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapped(each, change, is)]));
}

const { scope, cases: expressions } = cases("feel_cases.json");
const known = mapped(scope, ({ n }) => number(n), isNumber);
for (const { feel, tree, value } of expressions) {
  test(`FEEL ${feel}`, () => {
    const isDecimal = (each) => each !== null && typeof each === "object" && "units" in each;
    assert.deepEqual(mapped(evaluate(tree, known), (each) => ({ n: textOf(each) }), isDecimal), value);
  });
}

for (const { number: digits, fa, en } of cases("word_cases.json")) {
  test(`${digits} in words`, () => {
    assert.equal(inWords(BigInt(digits), "fa"), fa);
    assert.equal(inWords(BigInt(digits), "en"), en);
  });
}

test("every day of the calendar goes to the Gregorian one and back", () => {
  for (let year = 1350; year < 1450; year += 1) {
    for (const on of [[1, 1], [6, 31], [7, 1], [12, 29]]) {
      const day = { year, month: on[0], day: on[1] };
      assert.deepEqual(ofIso(isoOf(day)), day);
      assert.deepEqual(parse(written(day)), day);
    }
  }
});

test("the week begins on Saturday", () => {
  assert.equal(weekdayOf(parse("1405/05/03")), 0); // 2026-07-25
});
