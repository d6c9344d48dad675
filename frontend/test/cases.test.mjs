// The browser's arithmetic against the cases that the server's tests read too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { decimal, plain, quantity, rounded, shown, times } from "../src/line-table/exact.js";
import { Sums } from "../src/line-table/sums.js";

const file = new URL("../../tests/unit/forms/line_cases.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8"));

/** 7.50 and 7.5 are the same quantity. */
function same(a, b) {
  const scale = Math.max(a.scale, b.scale);
  const scaled = (each) => each.units * 10n ** BigInt(scale - each.scale);
  return scaled(a) === scaled(b);
}

for (const { typed, value, code } of cases.quantities) {
  test(`the quantity ${JSON.stringify(typed)}`, () => {
    const read = quantity(typed);
    assert.equal(read.code, code);
    if (value === null) assert.equal(read.value, undefined);
    else if (value !== undefined) assert.ok(same(read.value, decimal(value)), plain(read.value));
  });
}

for (const { price, quantity: count, amount } of cases.amounts) {
  test(`the amount of ${count} at ${price}`, () => {
    assert.equal(rounded(times(decimal(price), decimal(count))), BigInt(amount));
  });
}

for (const { why, factors, fixed, lines, sum, works, gross } of cases.sums) {
  test(`totals: ${why}`, () => {
    const sums = new Sums(factors, fixed);
    for (const { factor, price, quantity: count } of lines) {
      sums.add(factor, "01", rounded(times(decimal(price), decimal(count))));
    }
    assert.deepEqual([sums.lines, sums.works, sums.gross], [sum, works, gross].map(BigInt));
    assert.equal(sums.chapter("01"), BigInt(sum));
  });
}

for (const { number, fa, en } of cases.shown) {
  test(`the number ${number} for people`, () => {
    assert.equal(shown(decimal(number), "fa"), fa);
    assert.equal(shown(decimal(number), "en"), en);
  });
}
