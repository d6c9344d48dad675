// What is wrong with what is typed in a field, as forms/kinds.py says it: the same verdict and
// the same code for every case of tests/unit/forms/field_cases.json. The server has the last word.

import { isoOf, parse } from "./jalali.js";
import { compare, integerFrom, number, numberFrom, textOf } from "./numbers.js";
import { lengthOf, normalise } from "./text.js";

const LONGEST_TEXT = { textfield: 10000, textarea: 100000 };
const SPARE = 1000; // what tidying may take away; what is longer still is not even tidied
const LONGEST_DRAWING = 8000;
const GREGORIAN = /^(1[89]\d\d|2\d{3})([/-])(\d{1,2})\2(\d{1,2})$/;
const WRITTEN_AS = {
  email: /^[^\s@<>(),;:"]{1,64}@[^\s@<>(),;:".]+(\.[^\s@<>(),;:".]+)+$/u,
  phone: /^\+?[0-9][0-9 ()-]{2,19}$/,
};

const ok = (value) => ({ value });
const wrong = (code, part = "") => ({ code, part });
const chosen = (field, typed) => ok(typed); // of kinds that are not typed: as it was chosen

/** {value} or {code, part} of what is typed: a text, or texts by part. Nothing typed is {}. */
export function check(field, typed) {
  const texts = typeof typed === "string" ? { "": typed } : typed;
  const { unit, ...said } = texts; // in what an amount is typed: it says nothing alone
  if (!Object.values(said).some((text) => text.trim())) return {};
  const most = longestOf(field) + SPARE;
  const { drawn, ...read } = texts; // a drawing has a limit of its own
  if (Object.values(read).some((text) => text.length > most && lengthOf(text) > most)) return wrong("GEN-LENGTH");
  return (READ[field.type] ?? chosen)(field, texts[""] ?? "", texts);
}

/** How many characters a text typed in a field may have. */
export function longestOf(field) {
  return field.maxLength || (LONGEST_TEXT[field.type] ?? LONGEST_TEXT.textfield);
}

function text(field, typed) {
  const said = normalise(typed);
  const length = lengthOf(said);
  if (length > longestOf(field) || length < (field.minLength ?? 0)) return wrong("GEN-LENGTH");
  if (field.pattern && !new RegExp(`^(?:${field.pattern})$`, "u").test(said)) return wrong("GEN-PATTERN");
  if (field.subtype && !WRITTEN_AS[field.subtype].test(said)) return wrong(`GEN-${field.subtype.toUpperCase()}`);
  return ok(said);
}

function between(field, found, least = field.min, most = field.max) {
  const low = least !== undefined && compare(found, number(least)) < 0;
  const high = most !== undefined && compare(found, number(most)) > 0;
  return low || high ? wrong("GEN-RANGE") : ok(textOf(found));
}

function plainNumber(field, typed) {
  const read = field.places === 0 ? integerFrom(typed) : numberFrom(typed, field.places);
  return read.code ? wrong(read.code) : between(field, read.number);
}

const mayBeNegative = (field) => field.min !== undefined && compare(number(field.min), number("0")) < 0;

function rial(field, typed, { unit = "" }) {
  if (!["", "toman"].includes(unit)) return wrong("GEN-CHOICE");
  const read = integerFrom(typed);
  const inToman = unit === "toman"; // ten rials
  if (read.code) return wrong(inToman ? "MON-003" : "MON-001");
  const amount = { ...read.number, units: read.number.units * (inToman ? 10n : 1n) };
  const size = amount.units < 0n ? -amount.units : amount.units;
  if (size >= 10n ** 18n) return wrong("MON-001");
  if (amount.units < 0n && !mayBeNegative(field)) return wrong("MON-002");
  const found = between(field, amount);
  return found.code && inToman ? wrong("MON-004") : found;
}

function percentage(field, typed) {
  const read = numberFrom(normalise(typed).replace(/%$/, "").replace(/٪$/, "").trim(), field.places);
  return read.code ? wrong(read.code) : between(field, read.number, field.min ?? "0", field.max ?? "100");
}

function quantity(field, typed) {
  const read = numberFrom(typed, 3);
  if (read.code) return wrong(read.code === "GEN-DECIMALS" ? "STM-004" : read.code);
  if (read.number.units < 0n && !mayBeNegative(field)) return wrong("STM-005");
  return between(field, read.number);
}

function day(typed) {
  const found = parse(typed);
  return found ? ok(isoOf(found)) : wrong("CAL-001");
}

/** A day of either calendar: of the Gregorian one when its year can be none of the Jalali. */
function anyDay(typed) {
  const found = GREGORIAN.exec(normalise(typed));
  if (!found) return day(typed);
  const [, year, , month, date] = found.map(Number);
  const moment = new Date(Date.UTC(year, month - 1, date));
  const exists = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === date;
  return exists ? ok(moment.toISOString().slice(0, 10)) : wrong("CAL-001");
}

function time(field, typed) {
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(normalise(typed));
  if (!found) return wrong("GEN-TIME");
  if (field.step && (+found[1] * 60 + +found[2]) % parseInt(field.step, 10)) return wrong("GEN-STEP");
  return ok(`${found[1].padStart(2, "0")}:${found[2]}`);
}

function inPart(read, part) {
  return read.code ? { ...read, part } : read;
}

function moment(field, typed, texts) {
  if (field.subtype === "time") return time(field, typed);
  if (field.subtype !== "datetime") return anyDay(typed);
  for (const part of ["date", "time"]) {
    if (!(texts[part] ?? "").trim()) return wrong("GEN-REQUIRED", part);
  }
  const on = anyDay(texts.date);
  return on.code ? inPart(on, "date") : inPart(time(field, texts.time), "time");
}

function range(field, _, texts) {
  const ends = {};
  for (const part of ["from", "to"]) {
    if (!(texts[part] ?? "").trim()) return wrong("GEN-REQUIRED", part);
    const read = day(texts[part]);
    if (read.code) return inPart(read, part);
    ends[part] = read.value;
  }
  return ends.to < ends.from ? wrong("GEN-ORDER", "to") : ok(ends);
}

const digitsOf = (typed, count) => {
  const plain = normalise(typed);
  return new RegExp(`^[0-9]{${count}}$`).test(plain) ? [...plain].map(Number) : undefined;
};

function nationalId(field, typed) {
  const digits = digitsOf(typed, 10);
  if (!digits || new Set(digits).size === 1) return wrong("ID-001");
  const rest = digits.slice(0, 9).reduce((sum, digit, at) => sum + digit * (10 - at), 0) % 11;
  return digits[9] === (rest < 2 ? rest : 11 - rest) ? ok(digits.join("")) : wrong("ID-001");
}

const WEIGHTS = [29, 27, 23, 19, 17, 29, 27, 23, 19, 17];

function legalId(field, typed) {
  const digits = digitsOf(typed, 11);
  if (!digits || !digits.slice(3, 9).some(Boolean)) return wrong("ID-002");
  const rest = WEIGHTS.reduce((sum, weight, at) => sum + (digits[at] + digits[9] + 2) * weight, 0) % 11;
  return digits[10] === rest % 10 ? ok(digits.join("")) : wrong("ID-002");
}

function iban(field, typed) {
  const found = /^(?:IR)?([0-9]{24})$/.exec(normalise(typed).replaceAll(" ", "").toUpperCase());
  if (!found) return wrong("PAY-003");
  const [, account] = found;
  return BigInt(`${account.slice(2)}1827${account.slice(0, 2)}`) % 97n === 1n ? ok(`IR${account}`) : wrong("PAY-003");
}

function mobile(field, typed) {
  const found = /^(?:0|\+98|0098)(9[0-9]{9})$/.exec(normalise(typed));
  return found ? ok(`+98${found[1]}`) : wrong("ID-003");
}

function postalCode(field, typed) {
  const plain = normalise(typed);
  return /^(?!([0-9])\1{3})[13-9]{4}[1346-9][013-9]{5}$/.test(plain) ? ok(plain) : wrong("ID-004");
}

function signature(field, typed, texts) {
  const name = normalise(typed);
  const drawn = (texts.drawn ?? "").trim();
  if (!name) return wrong("GEN-SIGNATURE");
  if (lengthOf(name) > 200) return wrong("GEN-LENGTH");
  const strokes = /^(?:[ML][0-9]{1,3} [0-9]{1,3})(?: ?[ML][0-9]{1,3} [0-9]{1,3})*$/;
  if (drawn && (drawn.length > LONGEST_DRAWING || !strokes.test(drawn))) return wrong("GEN-DRAWING", "drawn");
  return ok({ name, drawn: drawn || null });
}

const READ = {
  textfield: text,
  textarea: text,
  number: plainNumber,
  rial,
  percentage,
  quantity,
  jalaliDate: (field, typed) => day(typed),
  jalaliDateRange: range,
  datetime: moment,
  nationalId,
  legalId,
  iban,
  mobile,
  postalCode,
  signature,
  checkbox: (field, typed) => ok(!["", "false", "0"].includes(typed)),
};
