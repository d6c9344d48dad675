// Cells pasted from a spreadsheet: a column of values, or lines of a code and a value.

import { decimal, latinDigits } from "./exact.js";

/** The rows of the clipboard's text: cells between tabs; a quoted cell may hold line ends. */
export function cells(text) {
  const rows = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/g;
  for (const [whole, quoted, plain, end] of text.matchAll(pattern)) {
    if (!whole && !end && rows.at(-1).length === 0) break;
    rows.at(-1).push((quoted === undefined ? plain : quoted.replaceAll('""', '"')).trim());
    if (end === "\t") continue;
    if (!end) break;
    rows.push([]);
  }
  while (rows.length && rows.at(-1).every((cell) => !cell)) rows.pop();
  return rows;
}

/**
 * What a paste puts where.
 *
 * lines: {all: codes of the table, shown: codes on the screen in order, from: the code pasted
 * into}. Answers {values: Map(code -> typed), unknown: [code], repeated: [code], left: number of
 * values below the last line}; undefined when the text is one value, which the browser pastes.
 */
export function read(text, { all, shown, from }) {
  const rows = cells(text);
  if (rows.length === 0 || (rows.length === 1 && rows[0].length === 1)) return undefined;
  const find = finder(all);
  const byCode = rows.some((row) => row.length > 1 && find(row[0]));
  return byCode ? pairs(withoutHeading(rows), find) : column(rows, shown, from);
}

/** Finds a code as written, or as a spreadsheet leaves it that took 010604 for a number. */
function finder(codes) {
  const exact = new Map(codes.map((code) => [fold(code), code]));
  const bare = new Map(codes.map((code) => [fold(code).replace(/^0+/, ""), code]));
  return (cell) => exact.get(fold(cell)) ?? bare.get(fold(cell));
}

function withoutHeading(rows) {
  const [first] = rows;
  const isHeading = !decimal(first[0]) && !decimal(first.at(-1));
  return isHeading ? rows.slice(1) : rows;
}

function fold(code) {
  return latinDigits(code).replace(/[\s\u200c\u200e\u200f]/g, "").toLowerCase();
}

/** The first cell names the line, the last filled one is its quantity: extra columns do no harm. */
function pairs(rows, find) {
  const found = { values: new Map(), unknown: [], repeated: [], left: 0 };
  for (const row of rows) {
    if (row.every((cell) => !cell)) continue;
    const code = find(row[0]);
    if (!code) found.unknown.push(row[0]);
    else if (found.values.has(code)) found.repeated.push(code);
    else found.values.set(code, row.slice(1).findLast((cell) => cell) ?? "");
  }
  return found;
}

function column(rows, codes, from) {
  const start = codes.indexOf(from);
  const found = { values: new Map(), unknown: [], repeated: [], left: 0 };
  rows.forEach((row, at) => {
    const code = codes[start + at];
    if (code === undefined) found.left += 1;
    else found.values.set(code, row.findLast((cell) => cell) ?? "");
  });
  return found;
}
