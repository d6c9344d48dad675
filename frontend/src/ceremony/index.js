// The ceremony in a member's browser: a key of one's own under a passphrase, dealing, rehearsing.
// Passphrase and keys stay in this page: fields that hold one have no name, and no form sends them.

import { digits, fill } from "../asking.js";
import { SealBroken } from "../sealing/bytes.js";
import { Live, problem, seatOf } from "../sealing/live.js";
import { deal, fingerprintOf, KINDS, keyOf, LEAST, memberKey, newMemberKey, passphrase, release, shareOf } from "../sealing/member.js";

const root = document.querySelector("[data-ceremony]");
const texts = JSON.parse(root.dataset.texts);
const live = new Live(root, texts, start);
const waiting = {}; // what was made and has not arrived yet: a lost connection loses nothing

function start(part) {
  const form = part.querySelector("[data-act]");
  if (!form) return;
  const act = { join, deal: dealAll, rehearse }[form.dataset.act];
  form.querySelector("[data-draw]")?.addEventListener("click", () => draw(form));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const button = form.querySelector("button.primary");
    if (button.disabled) return;
    button.disabled = true;
    said(form, texts.working);
    try {
      said(form, await act(form));
    } catch (error) {
      if (!(error instanceof SealBroken)) console.error(error);
      said(form, texts.broken);
    } finally {
      button.disabled = false;
    }
  });
}

function said(form, text) {
  const place = form.querySelector("[data-said]");
  place.textContent = text ?? "";
}

function draw(form) {
  const words = passphrase();
  for (const each of form.querySelectorAll("input[type=password]")) {
    each.value = words;
    problem(each, "");
  }
  const place = form.querySelector("[data-drawn]");
  place.textContent = words;
  place.parentElement.hidden = false;
}

async function join(form) {
  const [words, again] = form.querySelectorAll("input[type=password]");
  const understood = form.querySelector("input[type=checkbox]");
  const short = [...words.value].length < LEAST;
  problem(understood, understood.checked ? "" : texts.understand);
  problem(again, again.value === words.value ? "" : texts.differ);
  problem(words, short ? fill(texts.short, { least: digits(LEAST) }) : "");
  if (short || again.value !== words.value || !understood.checked) return "";
  if (waiting.words !== words.value) {
    await new Promise((done) => setTimeout(done, 30)); // the page says first that it works
    waiting.join = await newMemberKey(words.value, form.dataset.place);
    waiting.words = words.value;
  }
  const refused = await live.post(form.dataset.url, waiting.join);
  if (!refused) waiting.words = waiting.join = null;
  return refused;
}

async function dealAll(form) {
  const seat = await seatOf(root.dataset.seat);
  if (!seat) return texts.away;
  const of = JSON.stringify(seat.ceremony);
  if (waiting.of !== of) {
    waiting.dealt = await Promise.all(KINDS.map((kind) => deal(seat.ceremony, kind, seat.position)));
    waiting.of = of;
  }
  const refused = await live.post(form.dataset.url, { dealings: waiting.dealt });
  if (!refused) waiting.of = waiting.dealt = null;
  return refused;
}

async function rehearse(form) {
  const [words] = form.querySelectorAll("input[type=password]");
  const seat = await seatOf(root.dataset.seat);
  if (!seat) return texts.away;
  let keys;
  try {
    keys = await memberKey(seat.wrapped, seat.public, words.value, seat.place);
    problem(words, "");
  } catch {
    problem(words, texts.wrong);
    return "";
  }
  const released = {};
  for (const kind of KINDS) {
    const dealings = seat.dealings.filter((each) => each.kind === kind);
    // the key everybody seals to has to be what was dealt, whatever the server calls it
    const key = keyOf(dealings);
    const shown = root.querySelector(`[data-fingerprint="${kind}"]`).textContent;
    const isSame = key === seat.rehearsals[kind].header.key && shown === (await fingerprintOf(key));
    if (!isSame) throw new SealBroken("another key");
    const share = await shareOf(seat.ceremony, dealings, seat.position, keys);
    released[kind] = await release(share, seat.position, seat.rehearsals[kind]);
  }
  const refused = await live.post(form.dataset.url, { released });
  if (!refused) words.value = "";
  return refused;
}
