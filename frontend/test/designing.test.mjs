import assert from "node:assert/strict";
import { test } from "node:test";
import { openAt } from "../src/designer/comments.js";
import { fitting, taken } from "../src/designer/completion.js";
import { momentInWords } from "../src/designer/moments.js";
import { timeInWords, timeOfWords } from "../src/designer/spans.js";
import { readyMade } from "../src/designer/templates.js";

const NAMES = [
  { name: "amount" }, { name: "amount_paid" }, { name: "unit" },
  { name: "string length", isFunction: true }, { name: "substring", isFunction: true },
];
const offered = (before, all) => fitting(before, NAMES, all).map(({ name }) => name);

test("while a name is typed, variables are offered before functions of FEEL", () => {
  assert.deepEqual(offered("am"), ["amount", "amount_paid"]);
  assert.deepEqual(offered("amount"), ["amount_paid"]);
  assert.deepEqual(offered("unit = 1 and s"), ["string length", "substring"]);
  assert.deepEqual(offered("string le"), ["string length"]);
  assert.deepEqual(offered("AMO"), ["amount", "amount_paid"]);
});

test("inside a text, after a point, in a number and after a space nothing is offered", () => {
  for (const before of ['"am', "case.am", "5am", "amount + ", "xyz"]) assert.deepEqual(offered(before), [], before);
  assert.equal(fitting("", NAMES, true).length, NAMES.length);
});

test("what is taken replaces what was typed of it; a function is called", () => {
  const [amount] = fitting("1 + am", NAMES);
  assert.deepEqual(taken("1 + am > 2", 6, amount), { text: "1 + amount > 2", cursor: 10 });
  const [length] = fitting("string le", NAMES);
  assert.deepEqual(taken("string le", 9, length), { text: "string length()", cursor: 14 });
  assert.deepEqual(taken("string le(x)", 9, length), { text: "string length(x)", cursor: 14 });
});

test("times typed in words of either language become what the engine reads; anything else stays", () => {
  const now = new Date("2026-11-21T22:30:00Z"); // in Tehran the day after
  for (const [typed, told] of [
    ["3 days", "P3D"], ["۳ روز", "P3D"], ["2 days and 3 hours", "P2DT3H"], ["۲ روز و ۳ ساعت", "P2DT3H"], ["۱۵ دقیقه", "PT15M"],
    ["every hour", "R/PT1H"], ["هر ۲ هفته", "R/P2W"], ["3 times, every day", "R3/P1D"], ["۳ بار هر روز", "R3/P1D"],
    ["every day at 8", "R/2026-11-22T08:00:00/P1D"], ["هر روز ساعت ۸:۳۰", "R/2026-11-22T08:30:00/P1D"],
    ["every 2 days at 25", "every 2 days at 25"], ["P3D", "P3D"], ["= due", "= due"], ["soon", "soon"], ["3 days and 4 days", "3 days and 4 days"], ["", ""],
  ]) assert.equal(timeOfWords(typed, now), told, typed);
});

test("a cycle that begins at a moment is told with it, by the calendar of the page", () => {
  const texts = { days: "days", and: " and ", every: "every {span}", comma: ", ", from_moment: "from {moment}" };
  const told = timeInWords("R/2026-11-22T08:00:00/P1D", texts, String, (text) => momentInWords(text, "en"));
  assert.match(told, /^every 1 days, from 22 November 2026 08:00$/);
  assert.match(momentInWords("2026-11-22T04:30:00Z", "fa"), /۱۴۰۵/);
  assert.match(momentInWords("2026-11-22T04:30:00Z", "fa"), /۰?۸:۰۰/);
  assert.equal(momentInWords("= due", "en"), "");
});

test("only what is open of the talk is marked", () => {
  const threads = [{ element: "a", is_open: true }, { element: "a", is_open: true }, { element: "b", is_open: false }];
  assert.deepEqual([...openAt(threads)], [["a", 2]]);
});

test("what exists in the draft is offered ready made", () => {
  const texts = { ready_form: "F {name}", ready_handler: "H {name}", ready_decision: "D {name}", ready_call: "C {name}" };
  const made = readyMade({ forms: [["check", "بررسی"]], topics: [["pay", "a handler"]], decisions: [["limit", ""]], processes: [["p", "P"]] }, texts);
  assert.deepEqual(made.map((each) => each.label), ["F بررسی", "H pay", "D limit", "C P"]);
  assert.deepEqual(made[0].extension, ["zeebe:FormDefinition", { formId: "check" }]);
});
