import assert from "node:assert/strict";
import { test } from "node:test";
import { readAsWritten } from "../src/reading.js";

function linesOf(text, ...lines) {
  const spans = lines.map((textContent) => ({ textContent }));
  readAsWritten({ querySelectorAll: () => spans }, text);
  return spans.map((each) => each.textContent);
}

test("a line of a Persian label reads from right to left though it begins with a Latin word", () => {
  assert.deepEqual(linesOf("اندازه‌گیری (BOQ) کارگاه", "اندازه‌گیری", "(BOQ) کارگاه"), [
    "\u2067اندازه‌گیری\u2069",
    "\u2067(BOQ) کارگاه\u2069",
  ]);
  assert.deepEqual(linesOf("۱۲ ردیف", "۱۲ ردیف"), ["\u2067۱۲ ردیف\u2069"]);
});

test("an English label, and one without letters, stay as they are", () => {
  assert.deepEqual(linesOf("Measure کار", "Measure کار"), ["Measure کار"]);
  assert.deepEqual(linesOf("12 (3)", "12 (3)"), ["12 (3)"]);
});
