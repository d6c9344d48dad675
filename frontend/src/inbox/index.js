// Keys of the inbox: by the key's place on the keyboard, so that they work in Persian layout.
//
// <table data-inbox> … <tr> with a link to open and perhaps form[data-claim] … and, beside it,
// <dialog data-inbox-keys> with <input type="checkbox" data-keys-on>.

const STORED = "divan.keys";

export function keysAreOn() {
  return localStorage.getItem(STORED) !== "off";
}

/** Which act a key asks for, or nothing when it belongs to a field or a shortcut of the system. */
export function actOf(event, on) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined;
  if (event.target.closest?.("input, select, textarea, dialog, [contenteditable]")) return undefined;
  if (!on) return undefined;
  if (event.code === "Slash" && event.shiftKey) return "help";
  if (event.shiftKey) return undefined;
  return { KeyJ: "next", KeyK: "previous", KeyC: "claim" }[event.code];
}

function rowsOf(table) {
  return [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.querySelector("a[href]"));
}

function move(table, by) {
  const rows = rowsOf(table);
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  rows.forEach((row) => row.toggleAttribute("data-current", row === next));
  next.querySelector("a[href]").focus(); // Enter on a link opens it
  next.scrollIntoView({ block: "nearest" });
}

function claim(table) {
  const current = rowsOf(table).find((row) => row.contains(document.activeElement));
  current?.querySelector("form[data-claim]")?.requestSubmit();
}

export function start(table, dialog) {
  const acts = {
    next: () => move(table, 1),
    previous: () => move(table, -1),
    claim: () => claim(table),
    help: () => dialog?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const act = actOf(event, keysAreOn());
    if (!act) return;
    event.preventDefault();
    acts[act]();
  });
  const box = dialog?.querySelector("[data-keys-on]");
  if (box) {
    box.checked = keysAreOn();
    box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
  }
  document.querySelectorAll("[data-show-keys]").forEach((each) => {
    each.hidden = false; // of no use without this script
    each.addEventListener("click", () => dialog?.showModal());
  });
}

if (typeof document !== "undefined") {
  const table = document.querySelector("[data-inbox]");
  if (table) start(table, document.querySelector("[data-inbox-keys]"));
}
