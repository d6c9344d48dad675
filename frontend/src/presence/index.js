// Says every half minute that this page is open, and shows who else has it open.

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
      const { others } = await answer.json();
      const lines = others.map(({ name, since }) => {
        const line = document.createElement("p");
        line.textContent = place.dataset.presenceText.replace("{name}", name).replace("{since}", since);
        return line;
      });
      place.replaceChildren(...lines);
      place.hidden = !lines.length;
    } catch { /* no connection: the draft says so */ }
  };
  say();
  setInterval(say, EVERY);
  document.addEventListener("visibilitychange", say);
  window.addEventListener("pagehide", () => { post({ leaves: true }).catch(() => {}); });
}

document.querySelectorAll("[data-presence]").forEach(start);
