// Text and numbers as people type them, read as engine/values reads them.
// tests/unit/forms/field_cases.json is run against both.

const DROPPED =
  /[\u0640\u00ad\u061c\u180e\u200b\u200d-\u200f\u202a-\u202e\u2060-\u206f\ufeff\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const LINE_END = / *(?:\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]) */g;
const SPACES = /[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/g;
const IDLE_JOINER = /(?<![^ \n])\u200c|\u200c(?![^ \n])/g;

export function latinDigits(text) {
  return text.replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 15));
}

export function persianDigits(text) {
  return text.replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);
}

/** Text as it is stored: Persian letters, Latin digits, no invisible marks, single spaces. */
export function normalise(text) {
  const composed = text.replace(DROPPED, "").normalize("NFC");
  const latin = composed.replace(/ي/g, "ی").replace(/ك/g, "ک").normalize("NFC");
  const spaced = latinDigits(latin).replace(SPACES, " ").replace(LINE_END, "\n");
  const joined = spaced.replace(/\u200c+/g, "\u200c").replace(IDLE_JOINER, "");
  return joined.replace(SPACES, " ").replace(LINE_END, "\n").replace(/^[ \n]+|[ \n]+$/g, "");
}

/** How many characters a text has, as Python counts them. */
export function lengthOf(text) {
  return [...text].length;
}
