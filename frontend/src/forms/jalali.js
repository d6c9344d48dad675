// The Jalali calendar, 1210 to 1629, as engine/values/jalali.py has it (33-year cycle).
// A day is {year, month, day}; an ordinal counts days from 0001-01-01 of the Gregorian calendar.

import { latinDigits, normalise } from "./text.js";

const FIRST_YEAR = 1210;
const LAST_YEAR = 1629;
const DAY = 86400000;
const ONE = 719163; // ordinal of 1970-01-01

export const MONTHS = {
  fa: ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"],
  en: ["Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar", "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand"],
};
export const WEEKDAYS = { // Saturday first
  fa: ["شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه"],
  en: ["Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
};

export function isLeap(year) {
  return leapsBefore(year + 1) > leapsBefore(year);
}

export function monthLength(year, month) {
  if (month <= 6) return 31;
  return month < 12 || isLeap(year) ? 30 : 29;
}

function isDay({ year, month, day }) {
  return year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12
    && day >= 1 && day <= monthLength(year, month);
}

/** Leap years from 1: eight in 33. */
function leapsBefore(year) {
  return Math.floor((8 * year + 21) / 33);
}

function ordinalOf({ year, month, day }) {
  const before = (year - 1) * 365 + leapsBefore(year);
  const months = month <= 7 ? (month - 1) * 31 : 186 + (month - 7) * 30;
  return NOWRUZ_OF_YEAR_ONE + before + months + day - 1;
}

// 1404/01/01 is 2025-03-21
const NOWRUZ_OF_YEAR_ONE =
  Date.UTC(2025, 2, 21) / DAY + ONE - (1403 * 365 + leapsBefore(1404));

/** 1404/07/30 or 1404-7-30 in any digits: the day, undefined when there is none. */
export function parse(text) {
  const found = /^(\d{4})([/-])(\d{1,2})\2(\d{1,2})$/.exec(normalise(text));
  if (!found) return undefined;
  const day = { year: +found[1], month: +found[3], day: +found[4] };
  return isDay(day) ? day : undefined;
}

export function written({ year, month, day }) {
  return `${year}/${String(month).padStart(2, "0")}/${String(day).padStart(2, "0")}`;
}

export function isoOf(day) {
  return new Date((ordinalOf(day) - ONE) * DAY).toISOString().slice(0, 10);
}

export function ofIso(iso) {
  return ofOrdinal(Date.parse(`${latinDigits(iso)}T00:00:00Z`) / DAY + ONE);
}

function ofOrdinal(ordinal) {
  let year = Math.floor((ordinal - NOWRUZ_OF_YEAR_ONE) / 365.2424) + 1;
  while (ordinalOf({ year, month: 1, day: 1 }) > ordinal) year -= 1;
  while (ordinalOf({ year: year + 1, month: 1, day: 1 }) <= ordinal) year += 1;
  let rest = ordinal - ordinalOf({ year, month: 1, day: 1 });
  let month = 1;
  while (rest >= monthLength(year, month)) {
    rest -= monthLength(year, month);
    month += 1;
  }
  return { year, month, day: rest + 1 };
}

/** The day so many days later; the end of the calendar is where it stops. */
export function plusDays(day, days) {
  const moved = ofOrdinal(ordinalOf(day) + days);
  return isDay(moved) ? moved : day;
}

export function plusMonths({ year, month, day }, months) {
  const index = year * 12 + month - 1 + months;
  const to = { year: Math.floor(index / 12), month: (index % 12) + 1, day: 1 };
  if (!isDay(to)) return { year, month, day };
  return { ...to, day: Math.min(day, monthLength(to.year, to.month)) };
}

/** 0 is Saturday. */
export function weekdayOf(day) {
  return (ordinalOf(day) + 1) % 7;
}

/** Today by the clock of Tehran. */
export function today() {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tehran" }).format(new Date());
  return ofIso(parts);
}
