// Labels in a drawing: each line of a Persian label reads from right to left, whatever stands first in
// that line. The canvas reads left to right, and a line that begins with a Latin word would with it.

import TextRenderer from "bpmn-js/lib/draw/TextRenderer";
import { readAsWritten } from "./reading.js";

function Labels(config) {
  TextRenderer.call(this, config);
  const { createText } = this;
  this.createText = (text, options) => readAsWritten(createText(text, options), text ?? "");
}
Labels.$inject = ["config.textRenderer"];

export const LabelsModule = { textRenderer: ["type", Labels] };
