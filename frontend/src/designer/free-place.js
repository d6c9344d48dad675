// Finds a place among rectangles. Lengths are px of the drawing; a place is the middle of what is laid.

const AIR = 15; // kept around what is laid
const STEP = 20; // between the places that are tried
const FURTHEST = 4000; // to the right of the place that was wanted
const ASIDE = 3; // so many px to the right are as far as one px up or down

/**
 * Returns the place nearest to the one that is wanted, at it or to its right, where nothing is laid
 * over anything and nothing leaves the bounds above or below. There is always one: bounds grow to the right.
 */
export function freePlace(wanted, { width, height }, bounds, taken) {
  const rows = heights(wanted.y, height, bounds);
  let best = null;
  for (let aside = 0; aside <= FURTHEST; aside += STEP) {
    if (best && aside / ASIDE > best.far) break;
    for (const y of rows) {
      const far = aside / ASIDE + Math.abs(y - wanted.y);
      const place = { x: wanted.x + aside, y };
      if ((!best || far < best.far) && isFree(place, width, height, taken)) best = { far, place };
    }
  }
  return best?.place ?? { x: wanted.x + FURTHEST, y: rows[0] };
}

/** The heights that keep within the bounds, the wanted one first; without room, the middle of the bounds. */
function heights(wanted, height, bounds) {
  if (!bounds) return [0, 1, -1, 2, -2, 3, -3, 4, -4].map((each) => wanted + each * (height + 2 * AIR) / 2);
  const top = bounds.y + height / 2 + AIR;
  const bottom = bounds.y + bounds.height - height / 2 - AIR;
  if (top > bottom) return [bounds.y + bounds.height / 2];
  const first = Math.min(Math.max(wanted, top), bottom);
  const others = [];
  for (let y = top; y <= bottom; y += STEP) others.push(y);
  return [first, ...others];
}

function isFree({ x, y }, width, height, taken) {
  return !taken.some((each) => Math.abs(each.x + each.width / 2 - x) < (each.width + width) / 2 + AIR
    && Math.abs(each.y + each.height / 2 - y) < (each.height + height) / 2 + AIR);
}
