// What can be done on the page as it stands: every button, link and field with `data-key`, and
// acts that a script has added. One list for the keys, for the help and for the palette.

const added = new Map();

/** Adds an act that no element of the page is: `run` is called, `label` says what it does. */
export function addAct(key, label, run, { repeats = false } = {}) {
  added.set(key, { key, label, run, repeats });
}

/** Every act, one for a key: the nearest one to the work where several have the same. */
export function acts() {
  const found = new Map(added);
  for (const element of elements()) {
    const rank = rankOf(element);
    for (const key of keysOf(element)) {
      if (rank <= (found.get(key)?.rank ?? -1)) continue;
      found.set(key, { key, rank, element, label: labelOf(element), run: () => press(element) });
    }
  }
  return [...found.values()];
}

/** What the help lists besides: acts of rows, when no row is the current one. */
export function labels() {
  const found = new Map(acts().map((each) => [each.key, each]));
  for (const element of document.querySelectorAll("tr [data-key]")) {
    for (const key of keysOf(element)) {
      if (!found.has(key)) found.set(key, { key, element, label: labelOf(element) });
    }
  }
  return [...found.values()].filter((each) => each.label);
}

/** The shortcuts of an element: "KeyE|Ctrl+Enter" are two. */
const keysOf = (element) => element.dataset.key.split("|");

function elements() {
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
  return [...(dialog ?? document).querySelectorAll("[data-key]")].filter(isUsable);
}

function isUsable(element) {
  return !element.disabled && !element.closest("[inert], fieldset:disabled") &&
    element.checkVisibility?.() !== false;
}

/** Selected rows come before the task that is shown, that before the current row, then the page. */
function rankOf(element) {
  if (element.closest("[data-bulk]")) return 4;
  if (element.closest(".toasts")) return 3;
  if (element.closest("[data-pane]")) return 2;
  const row = element.closest("tr");
  if (!row) return 0;
  return row.hasAttribute("data-current") ? 1 : -1;
}

export function labelOf(element) {
  const { keyLabel } = element.dataset;
  return (keyLabel ?? element.getAttribute("aria-label") ?? (element.textContent ||
    document.querySelector(`label[for="${CSS.escape(element.id)}"]`)?.textContent || ""))
    .trim().replace(/\s+/g, " ");
}

/** Does what a click would, or goes to a field. */
export function press(element) {
  if (element.matches("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}
