// Shortcuts as pages write them: keys by their place on the keyboard (KeyboardEvent.code), so
// that they work in a Persian layout. "KeyC", "Shift+KeyC", "Ctrl+KeyK", and in steps "KeyG KeyI".

const PATIENCE = 1500; // milliseconds between the steps of one shortcut

const SIGNS = {
  Slash: "/", Comma: ",", Period: ".", Escape: "Esc", Enter: "↵", Space: "␣",
  ArrowDown: "↓", ArrowUp: "↑", "Shift+Slash": "?",
};

/** The step that a key event is: what is held, then the key; Cmd counts as Ctrl. */
export function stepOf(event) {
  const held = [
    (event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift",
  ];
  return [...held.filter(Boolean), event.code].join("+");
}

/** Whether a step is one key without a helper: such a step must not act while somebody types. */
export function isSingle(step) {
  return !/\b(Ctrl|Alt)\+/.test(step);
}

/** What is printed on the keys of a shortcut, step by step: "G", "I". */
export function signsOf(shortcut) {
  return shortcut.split(" ").map((step) => {
    if (SIGNS[step]) return SIGNS[step];
    const keys = step.split("+");
    const last = keys.pop();
    return [...keys, SIGNS[last] ?? last.replace(/^(Key|Digit|Numpad)/, "")].join("+");
  });
}

/** Follows steps and says which shortcut they complete. */
export class Steps {
  #taken = [];
  #until = 0;

  /** The shortcut among `known` that this step completes; "" while one may still follow. */
  take(step, known, now) {
    if (now > this.#until) this.#taken = [];
    for (const taken of [[...this.#taken, step], [step]]) {
      const written = taken.join(" ");
      if (known.has(written)) return this.#end(written);
      if ([...known].some((each) => each.startsWith(`${written} `))) {
        this.#taken = taken;
        this.#until = now + PATIENCE;
        return "";
      }
    }
    return this.#end(undefined);
  }

  #end(found) {
    this.#taken = [];
    return found;
  }
}
