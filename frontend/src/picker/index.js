// A question answered by handing documents in: what is chosen is sent at once, and its id is the
// answer, which is kept as a draft like everything typed.

import { digits } from "../asking.js";
import { Uploads } from "../files/uploads.js";

function start(place) {
  const texts = JSON.parse(place.dataset.texts);
  const chooser = place.querySelector("[type=file]");
  const answer = place.querySelector("[data-picked]");
  const list = place.querySelector("[data-list]");
  const lines = place.querySelector("[data-uploads]");
  if (!place.dataset.upload) return;
  place.querySelector("[data-send]").remove(); // choosing is sending
  chooser.removeAttribute("name");

  const tell = () => {
    answer.value = [...list.children].map((each) => each.dataset.id).join("\n");
    answer.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const withRemoval = (line) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: texts.remove });
    button.addEventListener("click", () => {
      line.remove();
      tell();
      chooser.focus();
    });
    line.append(" ", button);
  };
  const add = (id, name) => {
    if (place.dataset.multiple !== "yes") list.replaceChildren();
    const line = document.createElement("li");
    line.dataset.id = id;
    const address = place.dataset.document; // none before there is a case
    line.append(Object.assign(document.createElement(address ? "a" : "span"), { dir: "auto", textContent: name }, address && {
      href: address.replace("00000000-0000-0000-0000-000000000000", id), target: "_blank", rel: "noopener",
    }));
    withRemoval(line);
    list.append(line);
  };
  const uploads = new Uploads(place.dataset.upload, Number(place.dataset.largest), {
    line: (name) => {
      const line = document.createElement("li");
      const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
      bar.setAttribute("aria-label", name);
      const said = document.createElement("span");
      line.append(Object.assign(document.createElement("bdi"), { textContent: name }), bar, said);
      lines.append(line);
      return { bar, said, line };
    },
    texts,
    digits,
  });
  chooser.addEventListener("change", async () => {
    const files = [...chooser.files];
    lines.replaceChildren();
    for (const file of files) {
      const [id] = (await uploads.send([file])) ?? [];
      if (id) {
        add(id, file.name);
        tell();
      }
    }
    chooser.value = "";
  });
  for (const line of list.children) withRemoval(line);
}

document.querySelectorAll("[data-picker]").forEach(start);
