// Where a component would stand that is dropped at a point of the list, as the server names places: `0.2`.

/**
 * Returns the place at a point, with the line and the side of it where that shows; null: it may not stand there.
 *
 * A line is {at, top, bottom, left, right, isContainer, isEmpty}: of the form itself `at` is "", an empty
 * container has one that says so. What is dragged is {from, isPage}; `from` is "" of what is new.
 */
export function placeAt(lines, { x, y, isRtl, isPaged }, { from, isPage }) {
  const shown = isPage ? lines.filter((each) => depth(each.at) === 1 && !each.isEmpty) : lines;
  const line = nearest(shown, y);
  if (!line) return null;
  const isBelow = y > Math.max(...shown.map((each) => each.bottom));
  const isOutside = (of) => {
    if (isPage || (isPaged && depth(of.at) === 2)) return false;
    return isBelow || (isRtl ? x > of.right : x < of.left);
  };
  const share = (y - line.top) / (line.bottom - line.top);
  const isHolder = line.isContainer && !isPage;
  let found = { at: "0", side: "after", line };
  if (line.isEmpty || (isHolder && share >= 1 / 3)) found = { at: `${line.at}.0`, side: "in", line };
  else if (line.at && share < 1 / 2) found = { at: line.at, side: "before", line };
  else if (line.at) {
    const last = outermost(lines, line, isOutside);
    found = { at: behind(last.at), side: "after", line: last };
  }
  return mayStand(found.at, from, isPage, isPaged) ? found : null;
}

/** What a line ends, seen from a point further out than it begins: itself, or what holds it as its last. */
function outermost(lines, line, isOutside) {
  const holder = lines.find((each) => each.at && !each.isEmpty && each.at === around(line.at));
  const isLast = !lines.some((each) => each.at === behind(line.at));
  return holder && isLast && isOutside(line) ? outermost(lines, holder, isOutside) : line;
}

/** Not where it is, nor into itself; pages stand beside pages, and all else on one where there are any. */
function mayStand(to, from, isPage, isPaged) {
  if (from && (to === from || to === behind(from) || to.startsWith(`${from}.`))) return false;
  return isPage ? depth(to) === 1 : !isPaged || depth(to) > 1;
}

function nearest(lines, y) {
  const away = (each) => Math.max(each.top - y, y - each.bottom, 0);
  return lines.reduce((best, each) => (!best || away(each) < away(best) ? each : best), null);
}

const depth = (at) => at.split(".").length;
const around = (at) => at.split(".").slice(0, -1).join(".");
const behind = (at) => [...at.split(".").slice(0, -1), Number(at.split(".").at(-1)) + 1].join(".");
