// A form goes once: the second half of a double click would be told that the step is done already.

const PATIENCE = 10_000; // ms; what the server answered with nothing may be sent again

export function startOnce() {
  const sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const now = performance.now();
    if (now - (sent.get(form) ?? -PATIENCE) < PATIENCE) event.preventDefault();
    else sent.set(form, now);
  });
  // a page that comes back from the history is as good as new
  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((each) => sent.delete(each)));
}
