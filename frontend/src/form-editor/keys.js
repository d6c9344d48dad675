// The list of components by keyboard: arrows go along it, with Alt they move what is looked at.

export function keysOf(outline, work, travel, place) {
  const isRtl = () => document.documentElement.dir === "rtl";

  const lines = () => [...outline.querySelectorAll("a[data-at]")];
  const acts = () => ({
    ArrowUp: "up",
    ArrowDown: "down",
    [isRtl() ? "ArrowLeft" : "ArrowRight"]: "into",
    [isRtl() ? "ArrowRight" : "ArrowLeft"]: "out",
  });

  outline.addEventListener("keydown", (event) => {
    const line = event.target.closest("a[data-at]");
    if (!line || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const act = event.key === "Delete" ? "remove" : event.altKey ? acts()[event.key] : null;
    if (act && line.dataset.at) {
      event.preventDefault();
      if (!line.hasAttribute("aria-current")) work(`select:${line.dataset.at}`, { then: "outline" });
      work(act, { then: "outline" });
      return;
    }
    const by = event.altKey ? 0 : { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
    if (!by) return;
    event.preventDefault();
    lines()[lines().indexOf(line) + by]?.focus();
  });

  place.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.code !== "KeyZ") return;
    if (event.target.matches("input, textarea")) return; // a field undoes what was typed in it itself
    event.preventDefault();
    travel(event.shiftKey ? 1 : -1);
  });
}
