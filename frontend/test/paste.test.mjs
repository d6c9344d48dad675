import assert from "node:assert/strict";
import test from "node:test";

import { cells, read } from "../src/line-table/paste.js";

const all = ["010604", "011403", "012404", "012405"];

function pasted(text, from = "010604", shown = all) {
  const found = read(text, { all, shown, from });
  return found && { ...found, values: Object.fromEntries(found.values) };
}

test("a column of values fills the lines downwards from the cell", () => {
  assert.deepEqual(pasted("۱۴٫۵\r\n\r\n7\r\n", "011403"), {
    values: { "011403": "۱۴٫۵", "012404": "", "012405": "7" }, unknown: [], repeated: [], left: 0,
  });
});

test("values below the last line are counted as left", () => {
  assert.equal(pasted("1\n2\n3", "012404").left, 1);
});

test("a column goes over the lines on the screen, hidden ones are passed over", () => {
  const found = pasted("1\n2", "010604", ["010604", "012405"]);
  assert.deepEqual(found.values, { "010604": "1", "012405": "2" });
});

test("pairs go to their codes wherever they stand, a heading is skipped", () => {
  const found = pasted("ردیف\tمقدار تجمعی\n۰۱۲۴۰۵\t۳٫۵\n010604\t2\n");
  assert.deepEqual(found, {
    values: { "012405": "۳٫۵", "010604": "2" }, unknown: [], repeated: [], left: 0,
  });
});

test("a code that a spreadsheet took for a number is still found", () => {
  assert.deepEqual(pasted("10604\t2\n11403\t3").values, { "010604": "2", "011403": "3" });
});

test("unknown and repeated codes are named and change nothing", () => {
  const found = pasted("010604\t1\n999999\t5\n010604\t2");
  assert.deepEqual(found, {
    values: { "010604": "1" }, unknown: ["999999"], repeated: ["010604"], left: 0,
  });
});

test("of several columns the first is the code and the last filled one the quantity", () => {
  assert.deepEqual(pasted("010604\tتخریب\tm3\t12.5\t\n011403\tx\tm2\t3").values, {
    "010604": "12.5", "011403": "3",
  });
});

test("one value is left to the browser", () => {
  assert.equal(pasted("12.5"), undefined);
  assert.equal(pasted(""), undefined);
});

test("a quoted cell may hold tabs, quotes and line ends", () => {
  assert.deepEqual(cells('"a\t""b""\nc"\t2\r\n3'), [['a\t"b"\nc', "2"], ["3"]]);
});
