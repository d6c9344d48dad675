// What the server's validator finds while somebody draws: a list beside the canvas, a mark at each
// element. One question at a time; what is drawn meanwhile is asked about next.

import { token } from "../asking.js";

export function findingsOf(context, url) {
  const { place, modeler, texts, read, announce, digits } = context;
  const list = place.querySelector("[data-findings]");
  const count = place.querySelector("[data-findings-count]");
  const elements = modeler.get("elementRegistry");
  const overlays = modeler.get("overlays");
  let busy = false;
  let again = false;
  let shown = null;

  function select(element) {
    modeler.get("selection").select(element);
    modeler.get("canvas").scrollToElement(element);
  }

  function line(found) {
    const item = document.createElement("li");
    item.className = found.refuses ? "refuses" : "look";
    const weight = document.createElement("strong");
    weight.textContent = `${found.refuses ? texts.wrong : texts.look}: `;
    const element = found.element && elements.get(found.element);
    item.append(weight, `${found.title} `);
    if (element) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: found.name || found.element });
      button.dir = "auto";
      button.addEventListener("click", () => select(element));
      item.append(button);
    }
    const advice = Object.assign(document.createElement("span"), { className: "under", textContent: `${found.advice} ` });
    const rule = Object.assign(document.createElement("bdi"), { className: "muted", dir: "ltr", textContent: found.rule });
    advice.append(rule);
    item.append(advice);
    if (found.detail) item.append(Object.assign(document.createElement("span"), { className: "under detail", textContent: found.detail }));
    return item;
  }

  function show(found) {
    const text = JSON.stringify(found);
    if (text === shown) return;
    const isFirst = shown === null;
    shown = text;
    list.replaceChildren(...found.map(line));
    const wrong = found.filter((each) => each.refuses).length;
    count.textContent = found.length ? texts.counted.replace("{wrong}", digits(wrong)).replace("{look}", digits(found.length - wrong)) : texts.nothing_wrong;
    if (!isFirst) announce(count.textContent);
    overlays.remove({ type: "finding" });
    const worst = new Map();
    for (const { element, refuses } of found) {
      if (element && elements.get(element)) worst.set(element, worst.get(element) || refuses);
    }
    for (const [id, refuses] of worst) {
      const mark = document.createElement("div");
      mark.className = `finding-mark ${refuses ? "refuses" : "look"}`;
      mark.textContent = refuses ? "!" : "?";
      mark.title = refuses ? texts.wrong : texts.look;
      overlays.add(id, "finding", { position: { top: -12, left: -12 }, html: mark });
    }
  }

  async function look() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const began = performance.now();
      const answer = await fetch(url, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/xml", Accept: "application/json", "X-CSRFToken": token() },
        body: await read(),
      });
      if (answer.ok) {
        const { findings, variables } = await answer.json();
        context.variables = variables;
        show(findings);
      }
      place.dataset.lintTook = String(Math.round(performance.now() - began));
    } catch { /* no connection: the status says so */ }
    busy = false;
    if (again) {
      again = false;
      look();
    }
  }

  return { look };
}
