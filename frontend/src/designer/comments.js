// What analysts say to each other about the selected element, beside its panel; a mark at each element
// that has something open. It lies on the server beside the draft, never in the diagram's file.

import { refusalOf, sendForm } from "../asking.js";
import { People } from "../talk/people.js";

const EVERY = 60_000; // ms between two looks for what others said

function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** How many threads of each element are open: Map of id -> count. */
export function openAt(threads) {
  const counts = new Map();
  for (const { element, is_open: isOpen } of threads) if (isOpen) counts.set(element, (counts.get(element) ?? 0) + 1);
  return counts;
}

export function commentsOf({ place, modeler, texts, announce, digits }) {
  const { commentsUrl, peopleUrl } = place.dataset;
  const whole = place.querySelector("[data-comments]");
  const box = place.querySelector("[data-threads]");
  const overlays = modeler.get("overlays");
  const elements = modeler.get("elementRegistry");
  let threads = [];
  let shown = "";

  function current() {
    const chosen = modeler.get("selection").get();
    const element = chosen.length === 1 ? chosen[0] : null;
    return (element?.labelTarget ?? element)?.id ?? modeler.get("canvas").getRootElement().id;
  }

  async function load() {
    const answer = await fetch(commentsUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return;
    ({ threads } = await answer.json());
    mark();
    draw(true);
  }

  /** Sends something; tells what it was refused for, or nothing. */
  async function send(url, fields) {
    const answer = await sendForm(url, fields);
    if (!answer) return texts.comment_failed;
    if (!answer.ok) return refusalOf(answer);
    await load();
    return "";
  }

  function mark() {
    overlays.remove({ type: "comment" });
    for (const [id, count] of openAt(threads)) {
      if (!elements.get(id)?.parent) continue;
      const said = texts.comment_open.replace("{count}", digits(count));
      const html = make("button", { type: "button", className: "comment-mark", textContent: digits(count), title: said });
      html.setAttribute("aria-label", said);
      html.addEventListener("click", () => {
        modeler.get("selection").select(elements.get(id));
        whole.scrollIntoView({ block: "nearest" });
      });
      overlays.add(id, "comment", { position: { top: -14, right: 8 }, html });
    }
  }

  function form(id, label, button, act) {
    const field = make("textarea", { id, rows: 2, dir: "auto", maxLength: 4000, required: true });
    field.dataset.mentions = peopleUrl;
    const below = make("p", { className: "problem", id: `${id}-below` });
    below.setAttribute("role", "alert");
    field.setAttribute("aria-describedby", below.id);
    const made = make("form", { className: "field" }, make("label", { htmlFor: id, textContent: label }), field, below, make("button", { textContent: button }));
    made.addEventListener("submit", async (event) => {
      event.preventDefault();
      below.textContent = "";
      const text = field.value;
      field.value = ""; // what is drawn anew does not keep it
      const refused = await act(text);
      if (!refused) return announce(texts.comments);
      const again = document.getElementById(id) ?? field;
      again.value = text;
      (document.getElementById(below.id) ?? below).textContent = refused;
      again.focus();
    });
    return [made, () => new People(field, texts, announce).start()];
  }

  function act(text, name, url, fields = {}) {
    const button = make("button", { type: "button", className: "plain", textContent: text });
    if (name) button.setAttribute("aria-label", `${text}: ${name}`);
    button.addEventListener("click", () => send(url, fields));
    return button;
  }

  function said({ id, by, at, pieces, is_own: isOwn, withdrawn }, address) {
    const item = make("li", { className: isOwn ? "is-own" : "" });
    item.append(make("p", { className: "by" }, make("strong", { textContent: by }), " ", make("bdi", { className: "muted small", textContent: at })));
    if (withdrawn) {
      item.append(make("p", { className: "muted said", textContent: texts.comment_withdrawn }));
      return item;
    }
    const text = make("p", { className: "said", dir: "auto" });
    for (const [words, name] of pieces) {
      text.append(words);
      if (name) text.append(make("bdi", { className: "mention", textContent: `@${name}` }));
    }
    item.append(text);
    if (isOwn) item.append(act(texts.comment_withdraw, pieces[0][0].slice(0, 40), `${address.replace(/[^/]+$/, id)}/withdraw`));
    return item;
  }

  function thread(each, starts) {
    const made = make("details", { className: "thread", open: each.is_open });
    const first = each.comments[0];
    const head = each.is_open ? first.by : texts.comment_settled.replace("{name}", each.settled_by ?? "");
    made.append(make("summary", { textContent: head }), make("ol", { className: "comments" }, ...each.comments.map((one) => said(one, each.address))));
    const [answer, start] = form(`answer-${each.id}`, texts.comment_answer, texts.comment_send, (text) => send(`${each.address}/answer`, { text }));
    starts.push(start);
    made.append(answer, act(each.is_open ? texts.comment_settle : texts.comment_reopen, first.by, `${each.address}/settle`, { open: each.is_open ? "" : "1" }));
    return made;
  }

  function draw(isNew = false) {
    const id = current();
    const here = threads.filter((each) => each.element === id);
    const key = JSON.stringify([id, here]);
    if (key === shown) return;
    const isTyped = [...box.querySelectorAll("textarea")].some((field) => field.value);
    if (isNew && isTyped && shown.startsWith(`[${JSON.stringify(id)}`)) return; // what somebody types stays
    shown = key;
    const starts = [];
    const [fresh, start] = form("comment-new", texts.comment_new, texts.comment_send, (text) => send(commentsUrl, { element: id, text }));
    fresh.querySelector("label").after(make("span", { className: "hint", textContent: texts.comment_hint }));
    box.replaceChildren(...here.map((each) => thread(each, starts)), fresh);
    for (const begin of [...starts, start]) begin();
    whole.hidden = false;
  }

  modeler.on("selection.changed", () => draw());
  load();
  setInterval(() => { if (!document.hidden) load(); }, EVERY);
  return { load };
}
