// What is packed beside scans: the facts of the guarantee (A) and of the price (C). A bidder types
// in any digits and in the Jalali calendar; what is written is read by
// processes/transactions/sealing/forms.py, and by whoever opens the envelope by hand.

import { parse as jalaliDay, isoOf } from "../forms/jalali.js";
import { normalise } from "../forms/text.js";
import { inWords } from "../forms/words.js";
import { decimal, rounded, times } from "../line-table/exact.js";
import { text } from "./bytes.js";

export const GUARANTEE_FILE = "guarantee.json";
export const PRICE_FILE = "price.json";
const LONGEST_TEXT = 200;
const LARGEST = 10n ** 18n;
const FORMS = new Set(["BANK", "CASH", "NOTE", "INSURANCE", "BONDS"]);
const TEXTS = ["number", "issuer", "branch", "form", "beneficiary", "concerns"];

/** The one way a file is written: members sorted, no spaces; `json.dumps` writes the same bytes. */
export function written(told) {
  return text(JSON.stringify(told, (_, each) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.keys(each).sort().map((name) => [name, each[name]]));
  }));
}

/** Whole rials above zero, as people type them: {amount: BigInt} or {code}. */
export function amountFrom(typed) {
  if (!typed.trim()) return { code: "GEN-REQUIRED" };
  const number = /[.٫]/.test(typed) ? undefined : decimal(typed);
  if (!number || number.units >= LARGEST || number.units <= -LARGEST) return { code: "MON-001" };
  return number.units > 0n ? { amount: number.units } : { code: "MON-002" };
}

/** What was typed of a guarantee: {sheet} to be written, or {problems: [{field, code}]}. */
export function guaranteeFrom(typed) {
  const problems = [];
  const sheet = {};
  for (const field of TEXTS) {
    const said = normalise(normalise(typed[field] ?? "").replaceAll("\n", " "));
    sheet[field] = said;
    if (!said && field !== "branch") problems.push({ field, code: "GEN-REQUIRED" });
    else if ([...said].length > LONGEST_TEXT) problems.push({ field, code: "GEN-LENGTH" });
    else if (field === "form" && said && !FORMS.has(said)) problems.push({ field, code: "GEN-CHOICE" });
  }
  const { amount, code } = amountFrom(typed.amount ?? "");
  if (code) problems.push({ field: "amount", code });
  const day = jalaliDay(typed.valid_until ?? "");
  if (!day) problems.push({ field: "valid_until", code: (typed.valid_until ?? "").trim() ? "CAL-001" : "GEN-REQUIRED" });
  if (problems.length) return { problems };
  return { sheet: { ...sheet, amount: amount.toString(), valid_until: isoOf(day) }, problems };
}

/** Why a guarantee counts as none (R-TND-06), as `rules/guarantees.py` looks at it. */
export function guaranteeProblems(sheet, required) {
  const problems = [];
  if (BigInt(sheet.amount) < BigInt(required.amount)) problems.push({ field: "amount", code: "TND-027", why: "amount" });
  if (sheet.valid_until < required.until) problems.push({ field: "valid_until", code: "TND-007" });
  if (sheet.beneficiary !== required.beneficiary) problems.push({ field: "beneficiary", code: "GUA-002" });
  if (sheet.concerns !== required.concerns) problems.push({ field: "concerns", code: "TND-027", why: "concerns" });
  return problems;
}

/**
 * What was typed of a price: each line's total and the sum, worked out; the sheet once all is right.
 * items are [{position, quantity}] of the schedule, none for a lump sum; typed is by position, the
 * lump sum under "total".
 */
export function priceFrom(items, typed) {
  const problems = [];
  const lines = items.map(({ position, quantity }) => {
    const { amount, code } = amountFrom(typed[position] ?? "");
    if (code) problems.push({ field: String(position), code });
    const total = code ? undefined : rounded(times({ units: amount, scale: 0 }, decimal(quantity)));
    if (total !== undefined && (total >= LARGEST || total <= 0n)) problems.push({ field: String(position), code: "MON-001" });
    return { position, amount, total };
  });
  let total = lines.reduce((sum, each) => sum + (each.total ?? 0n), 0n);
  if (!items.length) {
    const { amount, code } = amountFrom(typed.total ?? "");
    if (code) problems.push({ field: "total", code });
    total = amount ?? 0n;
  }
  if (total >= LARGEST) problems.push({ field: "total", code: "MON-001" });
  const totals = Object.fromEntries(lines.map((each) => [each.position, each.total]));
  if (problems.length) return { problems, total, totals };
  return { problems, total, totals, sheet: sheetOf(lines, total) };
}

function sheetOf(lines, total) {
  return {
    lines: lines.map((each) => ({
      position: each.position, unit_price: each.amount.toString(), total: each.total.toString(),
    })),
    total: total.toString(),
    total_in_words: `${inWords(total, "fa")} ریال`,
  };
}

/** A sheet as a file for its envelope. */
export function fileOf(name, sheet) {
  return Object.assign(new Blob([written(sheet)], { type: "application/json" }), { name });
}
