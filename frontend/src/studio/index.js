// A draft's page: who edits it.

import { watchEditing } from "./editing.js";

document.querySelectorAll("[data-editing]").forEach((place) => watchEditing(place));
