// Parts of a page come and go: a task's page is shown beside the list without the page being
// loaded. What a module does to a part, it does to each part whenever one is shown.

/** Calls `start` with the document, and later with every part of a page that is put into it. */
export function whenShown(start) {
  start(document);
  document.addEventListener("divan:shown", ({ target }) => start(target));
}

/** Tells the modules of a page that a part of it has been put there. */
export function tellShown(part) {
  part.dispatchEvent(new CustomEvent("divan:shown", { bubbles: true }));
}

/** Calls `stop` with a part that is about to be taken away; what it holds is saved first. */
export function whenLeft(stop) {
  document.addEventListener("divan:left", ({ target }) => stop(target));
}

/** Tells the modules of a page that a part of it is about to go. */
export function tellLeft(part) {
  part.dispatchEvent(new CustomEvent("divan:left", { bubbles: true }));
}
