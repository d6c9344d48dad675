import assert from "node:assert/strict";
import test from "node:test";

import { fold, matches } from "../src/palette/fold.js";

test("letters and digits of either keyboard are one, half-spaces and vowel signs are nothing", () => {
  assert.equal(fold("پیش‌پرداختِ كارگاهي"), fold("پیشپرداخت کارگاهی"));
  assert.equal(fold("۱۴۰۴-D07-٠٤١٧"), "1404-d07-0417");
});

test("every word has to be there, in any order", () => {
  assert.ok(matches("صورت‌وضعیت موقت پیمان ۴۱۷", "417 صورتوضعیت"));
  assert.ok(!matches("صورت‌وضعیت موقت", "قطعی"));
  assert.ok(matches("anything", ""));
});
