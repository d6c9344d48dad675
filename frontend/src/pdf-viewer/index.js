// Runs inside the sandboxed frame: draws the pages of a PDF it was handed, by keyboard or buttons.
// It has no site, no cookies and no connection; pdf.js works in this thread, which is the frame's.

import { getDocument, TextLayer } from "pdfjs-dist/build/pdf.mjs";
import "pdfjs-dist/build/pdf.worker.mjs";

const tools = document.querySelector(".pdf-tools");
const place = document.querySelector("[data-page]");
const where = document.querySelector("[data-where]");
const LARGEST = 4;
const SMALLEST = 0.5;

let shown; // the document
let number = 1;
let zoom = 1;
let drawing = Promise.resolve();

function start({ data }) {
  if (!data?.content) return;
  window.removeEventListener("message", start);
  const { content, texts, persian } = data;
  const digits = (count) => (persian ? String(count).replace(/\d/g, (each) => "۰۱۲۳۴۵۶۷۸۹"[each]) : String(count));
  for (const button of tools.querySelectorAll("[data-do]")) {
    button.textContent = texts[button.dataset.do];
    button.addEventListener("click", () => act(button.dataset.do));
  }
  const tell = () => {
    where.textContent = texts.page.replace("{number}", digits(number)).replace("{count}", digits(shown.numPages));
    tools.querySelector("[data-do=previous]").disabled = number === 1;
    tools.querySelector("[data-do=next]").disabled = number === shown.numPages;
  };
  const act = (what) => {
    if (what === "next" && number < shown.numPages) number += 1;
    else if (what === "previous" && number > 1) number -= 1;
    else if (what === "larger") zoom = Math.min(LARGEST, zoom * 1.25);
    else if (what === "smaller") zoom = Math.max(SMALLEST, zoom / 1.25);
    else return;
    tell();
    drawing = drawing.then(draw);
  };
  document.addEventListener("keydown", (event) => {
    const what = { PageDown: "next", PageUp: "previous", Equal: "larger", Minus: "smaller" }[event.code];
    if (what && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      act(what);
    }
  });
  open(content).then(tell).then(draw).catch(() => { place.textContent = texts.broken; });
}

async function open(content) {
  shown = await getDocument({
    data: new Uint8Array(content),
    enableXfa: false,
    isEvalSupported: false,
    useSystemFonts: true,
    stopAtErrors: false,
    verbosity: 0, // the page says what is wrong
  }).promise;
  tools.hidden = false;
}

async function draw() {
  const page = await shown.getPage(number);
  const fitting = (place.clientWidth - 24) / page.getViewport({ scale: 1 }).width;
  const viewport = page.getViewport({ scale: Math.min(2, Math.max(0.2, fitting)) * zoom });
  const sharp = window.devicePixelRatio || 1;
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(viewport.width * sharp);
  canvas.height = Math.floor(viewport.height * sharp);
  canvas.style.inlineSize = `${viewport.width}px`;
  canvas.setAttribute("aria-hidden", "true"); // the text beside it is read
  const text = document.createElement("div");
  text.className = "pdf-text";
  text.style.setProperty("--total-scale-factor", viewport.scale);
  await page.render({ canvas, viewport, transform: sharp === 1 ? null : [sharp, 0, 0, sharp, 0, 0] }).promise;
  await new TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport }).render();
  const sheet = document.createElement("div");
  sheet.className = "pdf-sheet";
  sheet.style.inlineSize = `${viewport.width}px`;
  sheet.append(canvas, text);
  place.replaceChildren(sheet);
  place.dataset.drawn = number;
}

window.addEventListener("message", start);
window.parent.postMessage("ready", "*");
