// The session in a member's browser: votes and releases, while the page stays as it is.
// The passphrase is typed once for a round, the envelopes of one kind: what this page keeps of it
// is the member's share of that kind, until the round ends, the page is left, or it lies idle.

import { SealBroken } from "../sealing/bytes.js";
import { Live, problem, seatOf } from "../sealing/live.js";
import { keyOf, memberKey, release, shareOf } from "../sealing/member.js";

const IDLE = 15 * 60_000; // ms
const root = document.querySelector("[data-session]");
const texts = JSON.parse(root.dataset.texts);
let held = null; // {kind, share}
let timer;
const live = new Live(root, texts, start);

function start(part) {
  const form = part.querySelector("form[data-release]");
  if (!form) return forgetWhenOver(part);
  const { kind } = form.dataset;
  if (held && held.kind !== kind) held = null;
  const field = form.querySelector("[data-words]");
  field.hidden = held !== null;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const button = form.querySelector("button.primary");
    if (button.disabled) return;
    button.disabled = true;
    const place = form.querySelector("[data-said]");
    place.textContent = texts.working;
    try {
      place.textContent = await released(form, kind, field.querySelector("input"));
    } catch (error) {
      if (!(error instanceof SealBroken)) console.error(error);
      place.textContent = texts.broken;
    } finally {
      button.disabled = false;
    }
  });
}

/** The round of a kind is over when another kind's turn, or none, has come. */
function forgetWhenOver(part) {
  if (part.dataset.live === "act" && held && part.dataset.kind !== held.kind) held = null;
}

function keep(kind, share) {
  held = { kind, share };
  clearTimeout(timer);
  timer = setTimeout(() => { held = null; }, IDLE);
}

async function released(form, kind, words) {
  const seat = await seatOf(root.dataset.seat);
  if (!seat) return texts.away;
  const envelope = seat.envelopes.find(({ bid }) => bid === form.dataset.bid);
  if (!envelope) return live.ask();
  const dealings = seat.dealings.filter((each) => each.kind === kind);
  if (keyOf(dealings) !== envelope.header.key) throw new SealBroken("another key");
  if (!held) {
    let keys;
    try {
      keys = await memberKey(seat.wrapped, seat.public, words.value, seat.place);
    } catch {
      problem(words, texts.wrong);
      return "";
    }
    problem(words, "");
    words.value = "";
    keep(kind, await shareOf(seat.ceremony, dealings, seat.position, keys));
  }
  const told = await release(held.share, seat.position, envelope);
  return live.post(form.dataset.url, { bid: envelope.bid, kind, released: told });
}
