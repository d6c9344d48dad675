// The pages of documents: several are sent at once with their progress, hashes are copied whole,
// a PDF is drawn in the page. Without it a form sends them and a link saves them.

import { announce } from "../announce.js";
import { digits } from "../asking.js";
import { showPdf } from "./pdf.js";
import { Uploads } from "./uploads.js";

const texts = JSON.parse(document.querySelector("[data-texts]")?.dataset.texts || "{}");

function offerCopies(within = document) {
  for (const button of within.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      announce(texts.copied);
      const said = button.textContent;
      button.textContent = texts.copied;
      setTimeout(() => { button.textContent = said; }, 2000);
    });
  }
}

/** The list as it is now, without leaving the page. */
async function renew() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[aria-labelledby=documents-title]");
  const before = document.querySelector("[aria-labelledby=documents-title]");
  if (now && before) {
    before.replaceWith(now);
    offerCopies(now);
  }
}

function startUploads(form) {
  const field = form.querySelector("[type=file]");
  const list = form.querySelector("[data-uploads]");
  form.querySelector("button").hidden = true; // choosing is sending
  const uploads = new Uploads(form.action, Number(form.dataset.largest), {
    line: (name) => {
      const line = document.createElement("li");
      const title = Object.assign(document.createElement("bdi"), { textContent: name });
      const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
      bar.setAttribute("aria-label", name);
      const said = document.createElement("span");
      line.append(title, bar, said);
      list.prepend(line);
      return { bar, said, line };
    },
    texts,
    digits,
  });
  const send = async (files) => {
    const taken = await uploads.send([...files]);
    field.value = "";
    if (taken) await renew();
  };
  field.addEventListener("change", () => send(field.files));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    send(event.dataTransfer.files);
  });
}

offerCopies();
document.querySelectorAll("form[data-upload]").forEach(startUploads);
document.querySelectorAll("[data-pdf]").forEach(showPdf);
