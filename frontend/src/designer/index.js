// The designer's page: on a wide screen the modeler with its outline, panel and findings; on a
// narrow one a drawing to look at. Everything large is loaded only where it is used.

import { watchEditing } from "../studio/editing.js";

const WIDE = "(min-width: 64rem)";

async function start(place) {
  if (window.matchMedia(WIDE).matches && place.dataset.mayChange) {
    place.hidden = false;
    const model = fetch(place.dataset.rawUrl, { credentials: "same-origin" }); // comes while the designer does
    model.catch(() => {}); // said where it is waited for
    const { open } = await import("./designer.js");
    await open(place, model);
    return;
  }
  for (const each of document.querySelectorAll("[data-look]")) each.hidden = false;
  await import("../diagram/index.js"); // draws what is seen by itself
}

document.querySelectorAll("[data-editing]").forEach((place) => watchEditing(place));
document.querySelectorAll("[data-designer]").forEach((place) => {
  start(place).catch((error) => {
    place.dataset.designerReady = "failed";
    place.querySelector("[data-designer-status]").textContent = JSON.parse(place.dataset.texts).failed;
    console.error(error);
  });
});
