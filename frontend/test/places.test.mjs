import assert from "node:assert/strict";
import test from "node:test";

import { placeAt } from "../src/form-editor/places.js";

/** Lines of 30 px under one another, each level begins 14 px further in. */
function listed(...lines) {
  return ["", ...lines].map((text, number) => {
    const isEmpty = text.endsWith("!");
    const isContainer = text.endsWith("+");
    const at = text.replace(/[+!]$/, "");
    const left = (at ? at.split(".").length - 1 : 0) * 14;
    return { at, isEmpty, isContainer, top: number * 30, bottom: number * 30 + 30, left, right: 300 };
  });
}

const plain = listed("0", "1+", "1.0", "1.1", "2+", "2!");
const paged = listed("0+", "0.0", "1+", "1.0");
const point = (line, share, more = {}) => ({ x: 100, y: line * 30 + 30 * share, isRtl: false, isPaged: false, ...more });
const at = (lines, where, what = { from: "0", isPage: false }) => placeAt(lines, where, what)?.at;

test("over a line it goes before it, under its middle behind it", () => {
  assert.equal(at(plain, point(4, 0.2)), "1.1");
  assert.equal(at(plain, point(4, 0.8)), "1.2");
  assert.equal(at(plain, point(0, 0.9), { from: "2", isPage: false }), "0");
});

test("a group takes it in, an empty one too", () => {
  assert.equal(at(plain, point(2, 0.8)), "1.0");
  assert.equal(at(plain, point(6, 0.5)), "2.0");
});

test("at the last line of a group a point further out is behind the group, from the right in Persian", () => {
  assert.equal(at(plain, point(4, 0.8, { x: 5 })), "2");
  const mirrored = plain.map((each) => ({ ...each, left: 0, right: 300 - each.left }));
  assert.equal(at(mirrored, point(4, 0.8, { x: 295, isRtl: true })), "2");
  assert.equal(at(mirrored, point(4, 0.8, { x: 5, isRtl: true })), "1.2");
});

test("it does not go into itself, nor where it stands", () => {
  assert.equal(at(plain, point(4, 0.2), { from: "1", isPage: false }), undefined);
  assert.equal(at(plain, point(1, 0.8)), undefined);
});

test("pages stay beside pages and fields on one", () => {
  assert.equal(at(paged, point(3, 0.2, { isPaged: true }), { from: "0.0", isPage: false }), undefined);
  assert.equal(at(paged, point(4, 0.8, { x: 0, isPaged: true }), { from: "0.0", isPage: false }), "1.1");
  assert.equal(at(paged, point(3, 0.9, { isPaged: true }), { from: "0", isPage: true }), "2");
  assert.equal(at(paged, point(6, 0.9, { isPaged: true }), { from: "", isPage: false }), "1.1");
});
