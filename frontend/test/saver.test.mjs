import assert from "node:assert/strict";
import test from "node:test";

import { Saver } from "../src/draft/saver.js";

/** A saver whose clock is turned by hand. */
function made(answers) {
  const waiting = [];
  const told = [];
  const sent = [];
  const send = async (changes) => {
    sent.push(changes);
    const answer = answers.shift() ?? { ok: true, answer: {} };
    answer.meanwhile?.();
    return answer;
  };
  const saver = new Saver(send, (state) => told.push(state), {
    later: (act, delay) => waiting.push({ act, delay }) && waiting.at(-1),
    never: (timer) => waiting.includes(timer) && waiting.splice(waiting.indexOf(timer), 1),
  });
  const turn = async () => {
    const { act } = waiting.shift();
    await act();
  };
  return { saver, waiting, told, sent, turn };
}

test("changes in quick succession go in one save, the last text of a field counts", async () => {
  const { saver, sent, turn, told } = made([]);
  saver.change("lines/1/quantity", "1");
  saver.change("lines/1/quantity", "12");
  saver.change("lines/2/quantity", "5");
  await turn();
  assert.deepEqual(sent, [{ "lines/1/quantity": "12", "lines/2/quantity": "5" }]);
  assert.equal(saver.unsaved.size, 0);
  assert.equal(told.at(-1), "saved");
});

test("a lost connection keeps everything and tries again, more and more slowly", async () => {
  const { saver, sent, waiting, turn, told } = made([{ ok: false }, { ok: false }]);
  saver.change("note", "x");
  await turn();
  assert.equal(told.at(-1), "offline");
  assert.equal(waiting[0].delay, 2000);
  await turn();
  assert.equal(waiting[0].delay, 4000);
  await turn();
  assert.deepEqual(sent, [{ note: "x" }, { note: "x" }, { note: "x" }]);
  assert.equal(saver.unsaved.size, 0);
});

test("what is typed while a save is under way is saved next", async () => {
  const answers = [];
  const { saver, sent, turn } = made(answers);
  answers.push({ ok: true, meanwhile: () => saver.change("note", "xy") });
  saver.change("note", "x");
  await turn();
  assert.equal(saver.unsaved.get("note"), "xy");
  await turn();
  assert.deepEqual(sent, [{ note: "x" }, { note: "xy" }]);
});

test("a refused save is not repeated and what is typed stays to be sent with the answer", async () => {
  const { saver, sent, waiting, turn, told } = made([{ ok: false, final: true }]);
  saver.change("note", "x");
  await turn();
  saver.change("note", "xy");
  assert.equal(told.at(-1), "refused");
  assert.equal(waiting.length, 0);
  assert.equal(sent.length, 1);
  assert.equal(saver.unsaved.get("note"), "xy");
});

test("while an answer is being sent nothing is saved beside it, and nothing is forgotten", async () => {
  const { saver, sent, waiting, turn } = made([]);
  saver.change("note", "x");
  saver.pause();
  assert.equal(waiting.length, 0);
  assert.equal(saver.unsaved.get("note"), "x");
  saver.change("note", "xy"); // the answer was refused in the page, and typing goes on
  await turn();
  assert.deepEqual(sent, [{ note: "xy" }]);
});

test("what was typed while a save was under way is not told to be saved", async () => {
  const told = [];
  let arrive;
  const saver = new Saver(() => new Promise((done) => { arrive = done; }), (state) => told.push(state), {
    later: () => 0, never: () => {},
  });
  saver.change("goods", "pipe");
  const saving = saver.save();
  saver.change("title", "steel");
  arrive({ ok: true });
  await saving;
  assert.equal(told.at(-1), "waiting");
  const rest = saver.save();
  arrive({ ok: true });
  await rest;
  assert.equal(told.at(-1), "saved");
});
