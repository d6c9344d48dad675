// Exact numbers: {units: BigInt, scale: number}, never a float; as FEEL of at most 34 digits.

import { decimal } from "../line-table/exact.js";
import { normalise } from "./text.js";

const DIGITS = 34;

/** Reads a number as people type it: {number} or {code}. */
export function numberFrom(text, places) {
  const number = text.length > 60 ? undefined : decimal(normalise(text));
  if (!number) return { code: "GEN-NUMBER" };
  if (places === undefined) return { number };
  const short = shortened(number);
  return short.scale > places ? { code: "GEN-DECIMALS" } : { number: short };
}

export function integerFrom(text) {
  const number = text.length > 60 || /[.٫]/.test(text) ? undefined : decimal(normalise(text));
  return number ? { number } : { code: "GEN-WHOLE" };
}

/** The same number without zeros at the end of its decimals. */
export function shortened({ units, scale }) {
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n;
    scale -= 1;
  }
  return { units, scale };
}

export function number(text) {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!found) return undefined;
  const [, sign, whole, decimals = ""] = found;
  const units = BigInt(whole + decimals);
  return { units: sign ? -units : units, scale: decimals.length };
}

export function textOf(value) {
  const { units, scale } = shortened(value);
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return (units < 0n ? "-" : "") + whole + (scale ? `.${digits.slice(-scale)}` : "");
}

function levelled(a, b) {
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale), scale];
}

export function compare(a, b) {
  const [left, right] = levelled(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function plus(a, b) {
  const [left, right, scale] = levelled(a, b);
  return fitted({ units: left + right, scale });
}

export function minus(a, b) {
  const [left, right, scale] = levelled(a, b);
  return fitted({ units: left - right, scale });
}

export function times(a, b) {
  return fitted({ units: a.units * b.units, scale: a.scale + b.scale });
}

/** a / b with 34 digits, undefined by zero. */
export function over(a, b) {
  if (b.units === 0n) return undefined;
  const more = BigInt(2 * DIGITS + 10);
  const units = (a.units * 10n ** more) / b.units;
  const rest = (a.units * 10n ** more) % b.units !== 0n;
  // one sticky digit tells a half from a little more than a half
  const sticky = units * 10n + (rest ? (units < 0n || a.units < 0n !== b.units < 0n ? -1n : 1n) : 0n);
  return fitted({ units: sticky, scale: a.scale - b.scale + Number(more) + 1 });
}

/** Rounds half up (away from zero) to so many decimals, as computed fields are. */
export function roundedTo(value, places) {
  if (value.scale <= places) {
    return { units: value.units * 10n ** BigInt(places - value.scale), scale: places };
  }
  const unit = 10n ** BigInt(value.scale - places);
  const size = value.units < 0n ? -value.units : value.units;
  const whole = (2n * size + unit) / (2n * unit);
  return { units: value.units < 0n ? -whole : whole, scale: places };
}

/** At most 34 digits, half to even; never a scale below zero. */
function fitted({ units, scale }) {
  const size = units < 0n ? -units : units;
  const excess = size.toString().length - DIGITS;
  if (excess > 0) {
    const unit = 10n ** BigInt(excess);
    let whole = size / unit;
    const twice = 2n * (size % unit);
    if (twice > unit || (twice === unit && whole % 2n === 1n)) whole += 1n;
    units = units < 0n ? -whole : whole;
    scale -= excess;
  }
  if (scale < 0) return { units: units * 10n ** BigInt(-scale), scale: 0 };
  return shortened({ units, scale });
}
