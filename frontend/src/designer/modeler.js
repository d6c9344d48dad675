// The bpmn-js modeler as Divan uses it: our words, our extensions, a canvas that reads left to right
// on pages of both directions, and nothing that the content security policy would have to allow.

import Modeler from "bpmn-js/lib/Modeler";
import AlignElementsIcons from "bpmn-js/lib/features/align-elements/AlignElementsIcons";
import DistributeElementsIcons from "bpmn-js/lib/features/distribute-elements/DistributeElementsIcons";
import { CreateAppendAnythingModule } from "bpmn-js-create-append-anything";
import MinimapModule from "diagram-js-minimap";
import { LabelsModule } from "../labels.js";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn-codes.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";

/** Makes presentation attributes of style attributes, which the policy drops. */
function plainIcons(icons) {
  const plain = (svg) => svg.replace(/\sstyle="([^"]*)"/g, (_, style) => style
    .split(";").filter(Boolean).map((each) => each.split(":")).map(([name, value]) => ` ${name.trim()}="${value.trim()}"`).join(""));
  return Object.fromEntries(Object.entries(icons).map(([name, svg]) => [name, plain(svg)]));
}

/** What bpmn-js says in a language; what is not in the table stays English. */
export async function translatorFor(language) {
  const words = language === "fa" ? (await import("./fa.js")).FA : {};
  return (template, replacements = {}) => (words[template] ?? template)
    .replace(/{([^}]+)}/g, (all, name) => {
      const value = replacements[name];
      return value === undefined ? all : words[value] ?? value;
    });
}

export async function modelerFor(stage, language, more = []) {
  const modeler = new Modeler({
    container: stage,
    minimap: { open: false },
    moddleExtensions: { zeebe },
    textRenderer: { defaultStyle: { fontFamily: "Vazirmatn, sans-serif" }, externalStyle: { fontFamily: "Vazirmatn, sans-serif" } },
    additionalModules: [
      CreateAppendAnythingModule,
      MinimapModule,
      LabelsModule,
      { translate: ["value", await translatorFor(language)] },
      { alignElementsIcons: ["value", plainIcons(AlignElementsIcons)] },
      { distributeElementsIcons: ["value", plainIcons(DistributeElementsIcons)] },
      ...more,
    ],
  });
  // letters that draw here are no shortcuts of the page around
  stage.addEventListener("keydown", (event) => event.stopPropagation());
  // menus look for what is typed when a key is released: what is pasted, or comes from an input method, has none
  stage.addEventListener("input", ({ target }) => {
    if (target.matches(".djs-popup input, .djs-search-input input")) target.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
  });
  modeler.on("directEditing.activate", () => {
    const box = stage.querySelector(".djs-direct-editing-content");
    if (box) box.dir = "auto";
  });
  return modeler;
}
