// How much of a drawing is shown at once, beside the palette that lies over it.

const MARGIN = 20; // px around the drawing
const READABLE = 0.5; // a drawing that would be smaller begins at its first corner instead
const BEGINNING = 0.6; // as large as it is shown then

/** Shows the whole drawing, or its beginning where the whole could not be read. */
export function fit(modeler) {
  const scale = scaleOfWhole(modeler);
  show(modeler, scale > READABLE ? scale : BEGINNING);
}

/** Shows the whole drawing, however small. */
export function fitWhole(modeler) {
  show(modeler, scaleOfWhole(modeler));
}

function scaleOfWhole(modeler) {
  const { inner } = modeler.get("canvas").viewbox();
  const { width, height } = modeler.get("canvas").getSize();
  return Math.min(1, (width - beside(modeler) - MARGIN) / inner.width, (height - 2 * MARGIN) / inner.height);
}

function show(modeler, scale) {
  const canvas = modeler.get("canvas");
  const { inner } = canvas.viewbox();
  const { width, height } = canvas.getSize();
  canvas.viewbox({ x: inner.x - beside(modeler) / scale, y: inner.y - MARGIN / scale, width: width / scale, height: height / scale });
}

/** How many px the palette takes from the drawing. */
function beside(modeler) {
  const palette = modeler.get("canvas").getContainer().querySelector(".djs-palette");
  return (palette?.getBoundingClientRect().width ?? 0) + 2 * MARGIN;
}
