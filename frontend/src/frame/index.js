// What every page has around its content: keys, the palette, what was just done, news.

import { textsOf } from "../asking.js";
import { addAct } from "../keys/acts.js";
import { startKeys } from "../keys/index.js";
import { startNews } from "../news/index.js";
import { startChoice, tellOfWork } from "../news/notification.js";
import { whenShown } from "../shown.js";
import { startToasts } from "../toast/index.js";
import { showPlace } from "./place.js";
import { startOnce } from "./once.js";

const texts = textsOf();
const palette = () => import("../palette/index.js").then(({ openPalette }) => openPalette(texts));

startKeys(texts);
addAct("Ctrl+KeyK", texts.palette, palette);
document.querySelectorAll("[data-palette]").forEach((each) => {
  each.hidden = false; // of no use without this script
  each.addEventListener("click", palette);
});
startToasts(texts);
document.addEventListener("divan:news", ({ detail }) => tellOfWork(detail.before, detail.news, texts));
whenShown((part) => startChoice(part, texts));
startOnce();
showPlace();
startNews();
