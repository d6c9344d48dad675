// The countdown of a reverse auction, or of live rounds, by the clock of the server, and what
// changes meanwhile: a bidder's rank, or the highest offer.

import { integerFrom } from "../forms/numbers.js";
import { amountInWords } from "../forms/words.js";
import { shown } from "../line-table/exact.js";
import { whenShown } from "../shown.js";

const EVERY = 2000; // ms between two looks

const local = (text) =>
  document.documentElement.lang === "fa" ? text.replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : text;

function written(left) {
  const seconds = Math.max(0, Math.ceil(left / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return local(parts.map((each) => String(each).padStart(2, "0")).join(":"));
}

function start(place) {
  const left = place.querySelector("[data-left]");
  const rank = place.querySelector("[data-rank]");
  const told = place.querySelector("[data-told]");
  // the difference to the server's clock, measured by one that nobody sets
  let ahead = Date.parse(place.dataset.now) - performance.now();
  let end = Date.parse(place.dataset.endsAt);
  let known = null;

  const tick = () => {
    left.textContent = written(end - performance.now() - ahead);
  };
  const look = async () => {
    let state;
    try {
      state = await (await fetch(place.dataset.stateUrl, { headers: { Accept: "application/json" } })).json();
    } catch {
      return; // the next look finds it
    }
    ahead = Date.parse(state.now) - performance.now();
    const said = [];
    if (Date.parse(state.ends_at) !== end) said.push(told.dataset.toldEnd);
    end = Date.parse(state.ends_at);
    if (rank && state.rank) {
      if (known !== null && known !== state.rank) said.push(told.dataset.toldRank.replace("{rank}", local(String(state.rank))));
      known = state.rank;
      rank.textContent = local(String(state.rank));
    }
    const changed = Object.entries(state.shown ?? {}).filter(([name, text]) => {
      const at = place.querySelector(`[data-shown=${name}]`);
      const isNew = at && at.textContent.trim() !== text;
      if (isNew) at.textContent = text;
      return isNew;
    });
    if (changed.length) said.push(told.dataset.toldShown.replace("{highest}", state.shown.highest));
    if (said.length) told.textContent = said.join(" ");
    // what was posted is not posted again
    if (state.over) window.location.replace(place.dataset.pageUrl ?? window.location.href);
  };
  tick();
  const timers = [setInterval(tick, 250), setInterval(look, EVERY)];
  window.addEventListener("pagehide", () => timers.forEach(clearInterval));
}

/** Says what is typed in groups of three and in words, before it binds. */
function readBack(place) {
  const typed = document.getElementById(place.dataset.readBack);
  const language = document.documentElement.lang;
  const say = () => {
    const amount = integerFrom(typed.value).number?.units ?? 0n;
    const words = amount > 0n && amount < 10n ** 18n ? amountInWords(amount, language, "").replace(/ \(.*/, "") : "";
    place.textContent = words && `${shown(amount, language)} · ${words}`;
  };
  typed.addEventListener("input", say);
  say();
}

whenShown((part) => {
  part.querySelectorAll("[data-reverse]").forEach(start);
  part.querySelectorAll("[data-read-back]").forEach(readBack);
});
