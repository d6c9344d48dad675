// Offers variables of the process and functions of FEEL while an expression is typed: the arrows
// choose, Enter takes, Escape leaves it; Ctrl+Space offers everything.

const MOST = 8;
const WORD = /[\p{L}\p{N}_]/u;

/** Whether the text ends inside quotation marks. */
const isInside = (text) => (text.replace(/\\./g, "").match(/"/g) ?? []).length % 2 === 1;

/** Where words begin near the end of a text: a function's name may have several. */
function begins(text) {
  const found = [];
  for (let at = Math.max(0, text.length - 40); at < text.length; at += 1) {
    if (WORD.test(text[at]) && !/\d/.test(text[at]) && !(at && /[\p{L}\p{N}_.]/u.test(text[at - 1]))) found.push(at);
  }
  return found;
}

/**
 * What fits to what is typed before the cursor: candidates with `typed`, the part they replace.
 * A candidate is {name, isFunction, …}; with `all` nothing needs to be typed.
 */
export function fitting(before, candidates, all = false) {
  if (isInside(before)) return [];
  const starts = begins(before);
  const found = [];
  for (const each of candidates) {
    const name = each.name.toLowerCase();
    const at = starts.find((start) => name.startsWith(before.slice(start).toLowerCase()));
    if (at !== undefined && before.slice(at) !== each.name) found.push({ ...each, typed: before.slice(at) });
    else if (all && !starts.length) found.push({ ...each, typed: "" });
  }
  const rank = (each) => (each.isFunction ? 1 : 0) - each.typed.length * 2;
  return found.sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name)).slice(0, MOST);
}

/** The text with a candidate taken, and where the cursor stands then. */
export function taken(text, cursor, { name, typed, isFunction }) {
  const before = text.slice(0, cursor - typed.length) + name;
  const after = text.slice(cursor);
  if (!isFunction) return { text: before + after, cursor: before.length };
  const call = after.startsWith("(") ? "" : "()";
  return { text: before + call + after, cursor: before.length + 1 };
}

let asked;

/** The functions of FEEL, asked of the site once. */
function functionsAt(url) {
  asked ??= fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : { functions: [] }))
    .then(({ functions }) => functions.map((each) => ({ ...each, isFunction: true })))
    .catch(() => {
      asked = undefined;
      return [];
    });
  return asked;
}

export function completionOf(context) {
  const { place, modeler, known, texts, announce, digits } = context;

  function variables() {
    const forms = modeler.get("elementRegistry").filter((each) => each.businessObject?.extensionElements)
      .flatMap((each) => each.businessObject.extensionElements.values ?? [])
      .map((each) => each.formId).filter(Boolean);
    const names = new Set([...(context.variables ?? []), ...forms.flatMap((each) => known.fields[each] ?? []), ...known.columns]);
    return [...names].map((name) => ({ name, calls: [], help: texts.variable }));
  }

  return (field) => {
    const list = document.createElement("ul");
    list.id = `${field.id}-offered`;
    list.className = "people-offered feel-offered";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", texts.completions);
    list.hidden = true;
    field.after(list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    let found = [];
    let current = 0;

    function close() {
      list.hidden = true;
      field.removeAttribute("aria-activedescendant");
    }

    function choose(at) {
      current = (at + found.length) % found.length;
      [...list.children].forEach((each, place_) => each.setAttribute("aria-selected", String(place_ === current)));
      field.setAttribute("aria-activedescendant", list.children[current].id);
      list.children[current].scrollIntoView({ block: "nearest" });
    }

    function option(each, at) {
      const made = document.createElement("li");
      made.id = `${list.id}-${at}`;
      made.setAttribute("role", "option");
      made.dataset.at = at;
      const call = Object.assign(document.createElement("bdi"), { dir: "ltr", textContent: each.calls[0] ?? each.name });
      made.append(call, Object.assign(document.createElement("span"), { className: "muted small", textContent: each.help }));
      return made;
    }

    async function offer(all) {
      const functions = await functionsAt(place.dataset.functionsUrl);
      const isChosen = field.selectionStart !== field.selectionEnd;
      if (document.activeElement !== field || isChosen) return close();
      found = fitting(field.value.slice(0, field.selectionStart), [...variables(), ...functions], all);
      if (!found.length) return close();
      list.replaceChildren(...found.map(option));
      list.hidden = false;
      choose(0);
      announce(texts.completed.replace("{count}", digits(found.length)));
    }

    function take(at) {
      const { text, cursor } = taken(field.value, field.selectionStart, found[at]);
      field.value = text;
      field.setSelectionRange(cursor, cursor);
      close();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    field.addEventListener("input", (event) => (event.isTrusted ? offer(false) : close()));
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      if (event.ctrlKey && event.code === "Space") {
        event.preventDefault();
        offer(true);
        return;
      }
      if (list.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = {
        ArrowDown: () => choose(current + 1),
        ArrowUp: () => choose(current - 1),
        Enter: () => take(current),
        Tab: () => take(current),
        Escape: close,
      }[event.key];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    });
    list.addEventListener("mousedown", (event) => {
      const chosen = event.target.closest("[data-at]");
      event.preventDefault(); // the field keeps the focus
      if (chosen) take(Number(chosen.dataset.at));
    });
  };
}
