// The drawing as a picture: SVG as the modeler writes it, PNG of that at twice its size, PDF that the
// server sets of it.

import { refusalOf, token } from "../asking.js";
import { fitWhole } from "./fit.js";

const SCALE = 2;
const LARGEST = 12000; // pixels of a side, which browsers still draw

function give(url, name) {
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

function asDataUrl(svg) {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

async function png(svg) {
  const image = new Image();
  image.src = asDataUrl(svg);
  await image.decode();
  const scale = Math.min(SCALE, LARGEST / Math.max(image.width, image.height));
  const canvas = Object.assign(document.createElement("canvas"), {
    width: Math.ceil(image.width * scale), height: Math.ceil(image.height * scale),
  });
  const paper = canvas.getContext("2d");
  paper.fillStyle = "white";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

/** Gives the PDF of a drawing; tells why there is none, or nothing. */
async function pdf(svg, url, name, texts) {
  const answer = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "image/svg+xml", Accept: "application/pdf, application/json", "X-CSRFToken": token() },
    body: svg.slice(svg.indexOf("<svg")), // the site takes no document type
  }).catch(() => null);
  if (!answer) return texts.beside_failed;
  if (!answer.ok) return refusalOf(answer);
  const made = URL.createObjectURL(await answer.blob());
  give(made, name);
  setTimeout(() => URL.revokeObjectURL(made), 60_000);
  return "";
}

export function exportsOf({ place, modeler, texts, tell, announce }) {
  const name = place.dataset.name.replace(/\.bpmn$/, "");
  place.querySelector("[data-export=svg]").addEventListener("click", async () => {
    give(asDataUrl((await modeler.saveSVG()).svg), `${name}.svg`);
  });
  place.querySelector("[data-export=png]").addEventListener("click", async () => {
    give(await png((await modeler.saveSVG()).svg), `${name}.png`);
  });
  place.querySelector("[data-export=pdf]").addEventListener("click", async () => {
    announce(texts.pdf_waits);
    const refused = await pdf((await modeler.saveSVG()).svg, place.dataset.pdfUrl, `${name}.pdf`, texts);
    if (refused) tell("not_given", { why: refused });
  });
  place.querySelector("[data-act=undo]").addEventListener("click", () => modeler.get("commandStack").undo());
  place.querySelector("[data-act=redo]").addEventListener("click", () => modeler.get("commandStack").redo());
  place.querySelector("[data-act=search]").addEventListener("click", (event) => {
    event.stopPropagation(); // a click that comes to the document closes what it opened
    modeler.get("searchPad").toggle();
  });
  place.querySelector("[data-act=fit]").addEventListener("click", () => fitWhole(modeler));
  place.querySelector("[data-act=map]").addEventListener("click", () => modeler.get("minimap").toggle());
}
