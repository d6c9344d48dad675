// The drawing as a picture: SVG as the modeler writes it, PNG of that at twice its size.

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

export function exportsOf({ place, modeler }) {
  const name = place.dataset.name.replace(/\.bpmn$/, "");
  place.querySelector("[data-export=svg]").addEventListener("click", async () => {
    give(asDataUrl((await modeler.saveSVG()).svg), `${name}.svg`);
  });
  place.querySelector("[data-export=png]").addEventListener("click", async () => {
    give(await png((await modeler.saveSVG()).svg), `${name}.png`);
  });
  place.querySelector("[data-act=undo]").addEventListener("click", () => modeler.get("commandStack").undo());
  place.querySelector("[data-act=redo]").addEventListener("click", () => modeler.get("commandStack").redo());
  place.querySelector("[data-act=search]").addEventListener("click", () => modeler.get("searchPad").toggle());
  place.querySelector("[data-act=fit]").addEventListener("click", () => modeler.get("canvas").zoom("fit-viewport", "auto"));
  place.querySelector("[data-act=map]").addEventListener("click", () => modeler.get("minimap").toggle());
}
