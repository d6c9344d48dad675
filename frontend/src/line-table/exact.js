// Exact numbers in the browser: a decimal is {units: BigInt, scale: number}, never a float.
// The same table of cases is run here and against forms/line_sums.py.

const LONGEST_NUMBER = 60;
const NUMBER = /^([+-]?)([0-9]+|[0-9]{1,3}(?:[,٬][0-9]{3})+)(?:[.٫]([0-9]+))?$/;
const INVISIBLE =
  /[\u0640\u00ad\u061c\u180e\u200b\u200d-\u200f\u202a-\u202e\u2060-\u206f\ufeff\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/g;
const IDLE_JOINER = /(?<![^ ])\u200c+|\u200c+(?![^ ])/g;

export const ZERO = Object.freeze({ units: 0n, scale: 0 });

/** Persian and Arabic digits as Latin ones. */
export function latinDigits(text) {
  return text.replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 15));
}

/** Reads a number as people type it; undefined when it is none. */
export function decimal(text) {
  if (text.length > LONGEST_NUMBER) return undefined;
  const plain = latinDigits(text.normalize("NFC").replace(INVISIBLE, ""))
    .replace(/\s+/g, " ").trim().replace(IDLE_JOINER, "").trim().replace(/\u2212/g, "-");
  const found = NUMBER.exec(plain);
  if (!found) return undefined;
  const [, sign, whole, decimals = ""] = found;
  const units = BigInt(whole.replace(/[,٬]/g, "") + decimals);
  return { units: sign === "-" ? -units : units, scale: decimals.length };
}

/** Reads a cumulative quantity: {value} or {code}, an empty text is no value. */
export function quantity(text) {
  if (!text.trim()) return {};
  const value = decimal(text);
  if (!value) return { code: "GEN-NUMBER" };
  const short = shortened(value, 3);
  if (!short) return { code: "STM-004" };
  if (short.units < 0n) return { code: "STM-005" };
  if (short.units >= 10n ** BigInt(15 + short.scale)) return { code: "STM-006" };
  return { value: short };
}

/** The same value with at most `places` decimals, undefined when that would lose some. */
function shortened(value, places) {
  if (value.scale <= places) return value;
  const cut = 10n ** BigInt(value.scale - places);
  return value.units % cut === 0n ? { units: value.units / cut, scale: places } : undefined;
}

export function times(a, b) {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

export function minus(a, b) {
  const scale = Math.max(a.scale, b.scale);
  return { units: scaled(a, scale) - scaled(b, scale), scale };
}

function scaled(value, scale) {
  return value.units * 10n ** BigInt(scale - value.scale);
}

/** Whole rials of an exact product: half up, away from zero (R-MON-02). */
export function rounded({ units, scale }) {
  const unit = 10n ** BigInt(scale);
  const magnitude = units < 0n ? -units : units;
  const whole = (2n * magnitude + unit) / (2n * unit);
  return units < 0n ? -whole : whole;
}

/** A number for people: groups of three, the digits and marks of the language, U+2212. */
export function shown(value, language) {
  const { units, scale } = typeof value === "bigint" ? { units: value, scale: 0 } : value;
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale).replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = digits.slice(digits.length - scale).replace(/0+$/, "");
  const latin = (units < 0n ? "\u2212" : "") + whole + (rest && `.${rest}`);
  if (language !== "fa") return latin;
  const marks = { ",": "٬", ".": "٫" };
  return latin.replace(/[0-9,.]/g, (sign) => marks[sign] ?? "۰۱۲۳۴۵۶۷۸۹"[sign]);
}

/** The value as it is typed: no grouping, Latin digits. */
export function plain({ units, scale }) {
  return shown({ units, scale }, "en").replace(/,/g, "").replace("\u2212", "-");
}
