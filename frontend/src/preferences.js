// How a person wants the pages, kept on the server and held from the next page on.

import { send } from "./asking.js";

/** Keeps one preference; what it looks like meanwhile is the caller's business. */
export function keep(key, value) {
  return send("/preferences", { [key]: value });
}
