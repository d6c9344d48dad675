// The list follows what happens: when there is news, or something was done in the pane, it is
// fetched again and its rows are put where they belong.

import { announce } from "../announce.js";
import { digits, fill } from "../asking.js";
import { tellShown } from "../shown.js";
import { mergeRows } from "./merge.js";

/** The part of a page that lists: [data-list] around a table, or around what says there is none. */
const listOf = (root) => root.querySelector("[data-list]");

async function fetched(address) {
  const answer = await fetch(address, {
    credentials: "same-origin",
    headers: { "X-Divan-Pane": "1", Accept: "text/html" },
  });
  if (!answer.ok || answer.redirected) return undefined; // signed out, or elsewhere
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Brings the counts of the filters kept above the list up to date. */
function recount(fresh) {
  const counts = (root) => [...root.querySelectorAll("nav.saved .count")];
  const [shown, come] = [counts(document), counts(fresh)];
  if (shown.length !== come.length) return; // kept or forgotten elsewhere: the next page has them
  shown.forEach((each, at) => { each.textContent = come[at].textContent; });
}

/** Puts a fresh list into the page; returns the rows that have come. */
export function put(fresh) {
  if (fresh) recount(fresh);
  const shown = listOf(document);
  const from = fresh && listOf(fresh);
  if (!shown || !from) return [];
  const tables = [shown, from].map((each) => each.querySelector("table[data-inbox]"));
  if (tables.every(Boolean)) return mergeRows(...tables);
  shown.replaceChildren(...from.childNodes);
  tellShown(shown);
  return [...shown.querySelectorAll("table[data-inbox] tbody tr")];
}

export async function refresh(texts, address = location.href) {
  const come = put(await fetched(address).catch(() => undefined));
  if (come.length) {
    announce(fill(texts.come, { count: digits(come.length) }));
    document.dispatchEvent(new CustomEvent("divan:rows", { detail: come }));
  }
  return come;
}

export function startRefresh(texts) {
  document.addEventListener("divan:news", ({ detail: { before, news } }) => {
    const changed = before && JSON.stringify(before.inbox) !== JSON.stringify(news.inbox);
    if (changed && listOf(document)?.dataset.list === "inbox") refresh(texts);
  });
}
