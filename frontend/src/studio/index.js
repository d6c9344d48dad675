// Pages of drafts and deployments: who edits, a template's preview, and whether the tests are over.

import { watchEditing } from "./editing.js";
import { watchTemplate } from "./paper.js";
import { watchTests } from "./tested.js";

document.querySelectorAll("[data-editing]").forEach((place) => watchEditing(place));
document.querySelectorAll("form[data-live=paper]").forEach(watchTemplate);
document.querySelectorAll("[data-tested]").forEach((place) => watchTests(place));
