// Where the places to go to do not fit beside each other, the one that is shown stands in sight.

export function showPlace() {
  const here = document.querySelector(".rail nav [aria-current]");
  const strip = here?.closest("ul");
  if (!strip || strip.scrollWidth <= strip.clientWidth) return;
  const middle = (each) => { const box = each.getBoundingClientRect(); return box.x + box.width / 2; };
  strip.scrollLeft += middle(here) - middle(strip);
}
