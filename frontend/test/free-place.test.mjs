// Where an appended step is laid.

import assert from "node:assert/strict";
import test from "node:test";

import { freePlace } from "../src/designer/free-place.js";

const STEP = { width: 100, height: 80 };
const LANE = { x: 0, y: 0, width: 1000, height: 200 };
const at = (x, y) => ({ x: x - 50, y: y - 40, ...STEP });
const overlap = (place, each) => Math.abs(place.x - each.x - 50) < 100 && Math.abs(place.y - each.y - 40) < 80;

test("where nothing lies the wanted place is taken", () => {
  assert.deepEqual(freePlace({ x: 300, y: 100 }, STEP, LANE, []), { x: 300, y: 100 });
});

test("beside what lies there, in the same lane", () => {
  const taken = [at(300, 100), at(420, 100), at(600, 60)];
  const place = freePlace({ x: 300, y: 100 }, STEP, LANE, taken);
  assert.ok(!taken.some((each) => overlap(place, each)), JSON.stringify(place));
  assert.ok(place.x >= 300 && place.y >= 40 && place.y <= 160, JSON.stringify(place));
});

test("a place wanted in the next lane is moved into the step's own", () => {
  const { y } = freePlace({ x: 300, y: 260 }, STEP, LANE, []);
  assert.equal(y, 145);
});

test("a full lane grows to the right", () => {
  const taken = Array.from({ length: 10 }, (_, number) => at(100 * number, 100));
  assert.ok(freePlace({ x: 0, y: 100 }, STEP, LANE, taken).x > 1000);
});

test("in a lane too low for it a step lies in the middle", () => {
  assert.equal(freePlace({ x: 300, y: 10 }, STEP, { ...LANE, height: 60 }, []).y, 30);
});
