// Says every half minute that this page is open, and shows who else has it open, or that the
// step is closed: at once when the person is told of something new, as of an answer taken back.

const EVERY = 30000; // ms; the server forgets a page after three times as long

function start(place) {
  const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const post = (body) => fetch(place.dataset.presence, {
    method: "POST",
    credentials: "same-origin",
    keepalive: true,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
  });
  const say = async () => {
    if (document.hidden || !place.isConnected) return;
    try {
      const answer = await post({});
      if (!answer.ok) return;
      const { others, closed } = await answer.json();
      if (closed) clearInterval(timer);
      const said = ({ name, since }) =>
        place.dataset.presenceText.replace("{name}", name).replace("{since}", since);
      show(closed ? [closed] : others.map(said));
    } catch { /* no connection: the draft says so */ }
  };
  const show = (texts) => {
    const lines = texts.map((text) => {
      const line = document.createElement("p");
      line.textContent = text;
      return line;
    });
    place.replaceChildren(...lines);
    place.hidden = !lines.length;
  };
  const timer = setInterval(say, EVERY);
  say();
  document.addEventListener("divan:news", ({ detail: { before, news } }) => {
    if (before && before.told?.count !== news.told?.count) say();
  });
  document.addEventListener("visibilitychange", say);
  window.addEventListener("pagehide", () => { post({ leaves: true }).catch(() => {}); });
}

document.querySelectorAll("[data-presence]").forEach(start);
