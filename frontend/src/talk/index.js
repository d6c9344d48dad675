// The Talk tab: what is typed stays in the page until it is sent, and people are offered after @.

import { Draft } from "./draft.js";
import { People } from "./people.js";

const tab = document.querySelector("[data-talk]");
if (tab) {
  const texts = JSON.parse(tab.dataset.texts);
  const said = tab.querySelector("[data-talk-said]");
  const say = (text) => (said.textContent = text);
  tab.querySelectorAll("[data-mentions]").forEach((each) => new People(each, texts, say).start());
  tab.querySelectorAll("form[data-keep]").forEach((each) => {
    if (new Draft(each).start()) say(texts.kept);
  });
}
