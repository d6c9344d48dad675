// A page of the site beside the list, without its frame: fetched, put in, started, taken away.

import { tellLeft, tellShown } from "../shown.js";

const loaded = new Set([...document.querySelectorAll("script[src]")].map(({ src }) => src));

/** Only pages of one task or case, and of what is done with it, may stand in the pane. */
export function fits(address, base = location.href) {
  const url = new URL(address, base);
  return url.origin === new URL(base).origin && /\/(tasks|cases)\/[0-9a-f-]{36}(\/[a-z-]+)?$/.test(url.pathname);
}

export async function asked(address, options = {}) {
  const answer = await fetch(address, {
    credentials: "same-origin",
    ...options,
    headers: { Accept: "text/html", "X-Divan-Pane": "1", ...options.headers },
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { answer, page, part: page.querySelector("[data-pane-page]") };
}

/** What a form sends, as the browser would. */
export function sent(form, submitter) {
  const body = new FormData(form, submitter);
  const action = new URL(submitter?.getAttribute("formaction") ?? form.action, location.href);
  const isPlain = form.enctype !== "multipart/form-data";
  return [action.href, { method: "POST", body: isPlain ? new URLSearchParams(body) : body }];
}

/** Puts a part into the pane; what it links to is loaded once. */
export function put(pane, part) {
  tellLeft(pane);
  for (const link of part.querySelectorAll("link[rel=stylesheet]")) {
    if (![...document.styleSheets].some(({ href }) => href === link.href)) document.head.append(link);
    else link.remove();
  }
  const scripts = [...part.querySelectorAll("script[src]")].map((each) => {
    each.remove();
    return new URL(each.getAttribute("src"), location.href).href;
  });
  for (const each of part.querySelectorAll(".toasts:not(:has(*))")) each.remove();
  pane.replaceChildren(...document.adoptNode(part).childNodes);
  pane.scrollTop = 0;
  pane.setAttribute("aria-busy", "false");
  tellShown(pane);
  return Promise.all(scripts.filter((src) => !loaded.has(src)).map((src) => {
    loaded.add(src);
    return import(src); // starts by itself on what is shown
  }));
}
