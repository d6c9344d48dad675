// A page of a deployment shows what was found while its tests are still being run: it asks one cheap
// address until they are over, and has that part drawn anew; what is typed below stays.

const PACE = 2000; // ms between two questions
const MOST = 300; // questions: after that somebody looks again himself

export async function watchTests(place, { pace = PACE, look = fetch, wait = rest } = {}) {
  for (let asked = 0; asked < MOST; asked += 1) {
    await wait(pace);
    try {
      const answer = await look(place.dataset.tested, { cache: "no-store" });
      if (answer.status === 204) continue;
      if (!answer.ok && answer.status !== 404) return; // not found: the site was begun anew meanwhile
      const page = await look(place.dataset.page, { cache: "no-store" });
      const drawn = new DOMParser().parseFromString(await page.text(), "text/html");
      const said = drawn.querySelector('[aria-labelledby="checks"]');
      if (!page.ok || !said) return;
      place.replaceChildren(...said.childNodes);
      if (!said.dataset.tested) return;
    } catch { /* no connection: it asks again */ }
  }
}

const rest = (time) => new Promise((done) => { setTimeout(done, time); });
