// A notification of the browser when work has come while the page is hidden. Whether and how
// much it says is chosen on the settings page, for this browser alone; nothing else asks for it.

import { digits, fill, siteAddress } from "../asking.js";

const KEPT = "divan.notifications"; // in the browser: "count", "step", or nothing

/** How many more steps wait than before; none where it is not known how many there were. */
export function grownBy(before, news) {
  if (!before?.inbox || !news?.inbox) return 0;
  return Math.max(0, news.inbox.count - before.inbox.count);
}

/** What this browser may say: "count", "step", or "" for nothing. */
export function chosenOf(kept, permission) {
  return permission === "granted" && ["count", "step"].includes(kept) ? kept : "";
}

const permission = () => window.Notification?.permission;
const chosen = () => chosenOf(localStorage.getItem(KEPT), permission());

async function newestStep() {
  try {
    const answer = await fetch(siteAddress("/news/newest"), {
      credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" },
    });
    return answer.ok ? (await answer.json()).step : "";
  } catch {
    return ""; // the count is enough
  }
}

/** Tells of new work where the person wants it and does not look at the page. */
export async function tellOfWork(before, news, texts) {
  const count = grownBy(before, news);
  const says = chosen();
  if (!count || !says || !document.hidden) return;
  const body = says === "step" ? await newestStep() : "";
  const told = new Notification(fill(texts.newWork, { count: digits(count) }), {
    body, tag: "divan-work", lang: document.documentElement.lang, dir: document.documentElement.dir,
  });
  told.addEventListener("click", () => {
    window.focus();
    told.close();
  });
}

/** The choice on the settings page; hidden where the browser has no notifications. */
export function startChoice(part, texts) {
  const box = part.querySelector("[data-notifications]");
  if (!box || !window.Notification) return;
  const said = box.querySelector("[role=status]");
  const buttons = box.querySelectorAll("button[data-says]");
  const show = () => {
    const says = chosen();
    buttons.forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.says === says)));
    said.textContent = permission() === "denied" ? texts.notifyDenied : says ? texts.notifyOn : texts.notifyOff;
  };
  buttons.forEach((each) => each.addEventListener("click", async () => {
    const { says } = each.dataset;
    if (says && permission() !== "granted") await Notification.requestPermission();
    if (chosenOf(says, permission())) localStorage.setItem(KEPT, says);
    else localStorage.removeItem(KEPT);
    show();
  }));
  box.hidden = false;
  show();
}
