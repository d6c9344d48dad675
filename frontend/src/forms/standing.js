// How a form stands: what its conditions hide, what is read-only, needed and worked out.
// As forms/sheet.py, each field once, in document order and again until nothing changes; the
// server has refused forms whose expressions wait for each other.

import { evaluate } from "./feel.js";
import { check } from "./kinds.js";
import { number, roundedTo } from "./numbers.js";

const NUMBERS = new Set(["number", "rial", "percentage", "quantity"]);
const PLACES = { rial: 0, quantity: 3 };

/** A value of the server, whose numbers are {"n": "12.5"}, as FEEL has it here. */
export function known(value) {
  if (Array.isArray(value)) return value.map(known);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.n === "string" && Object.keys(value).length === 1) return number(value.n);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, known(each)]));
}

/** The value of what is typed, for expressions; null when it is nothing or wrong. */
export function valueOf(field, typed) {
  if (field.type === "checkbox") return typed[""] === "true";
  if (Array.isArray(typed[""])) return typed[""];
  const { value, code } = check(field, typed);
  if (code || value === undefined) return null;
  return NUMBERS.has(field.type) ? number(value) : value;
}

/** What an expression came to, as its field keeps it: rounded half up, rials to whole ones. */
export function settled(field, value) {
  if (!NUMBERS.has(field.type)) return value;
  if (value === null || typeof value !== "object" || !("units" in value)) return null;
  const places = PLACES[field.type] ?? field.places;
  return places === undefined ? value : roundedTo(value, places);
}

/** Sets a value at a dotted key, making the objects on the way. */
export function put(values, key, value) {
  const names = key.split(".");
  const last = names.pop();
  for (const name of names) {
    const inner = values[name];
    values[name] = inner && typeof inner === "object" && !Array.isArray(inner) ? { ...inner } : {};
    values = values[name];
  }
  values[last] = value;
}

/**
 * The places of a form by path: {hidden, readonly, required, value}; undefined where only the
 * server can say. `typed(path)` gives the texts by part, `rows(path)` how many rows a list has.
 */
export function stand(form, typed, rows) {
  const scope = known(form.known);
  let places = {};
  for (let round = 0, before = ""; round < 20; round += 1) {
    places = {};
    level(form, "", "", scope, { typed, rows, places });
    const now = JSON.stringify(places, (_, each) => (typeof each === "bigint" ? `${each}n` : each));
    if (now === before) break;
    before = now;
  }
  return places;
}

function level(form, plain, before, scope, filling) {
  const own = {};
  const keys = [...Object.keys(form.fields), ...form.lists, ...Object.keys(form.rules)];
  for (const path of new Set(keys)) {
    const key = path.slice(plain.length);
    if (!path.startsWith(plain) || key.includes("/") || !key) continue;
    const place = placeOf(form, path, before + key, scope, filling);
    filling.places[before + key] = place;
    if (!(path in form.fields) && !form.lists.includes(path)) continue;
    put(scope, key, place.value ?? null);
    put(own, key, place.value ?? null);
    if (scope.this) put(scope.this, key, place.value ?? null);
  }
  return own;
}

function placeOf(form, path, at, scope, filling) {
  const [field, rule] = [form.fields[path], form.rules[path] ?? {}];
  const holds = (tree) => (tree === null ? undefined : evaluate(tree, scope) === true);
  const hides = (rule.hide ?? []).map(holds);
  const place = {
    hidden: hides.includes(true) || (hides.includes(undefined) ? undefined : false),
    readonly: rule.readonly === undefined ? Boolean(field?.readonly) : holds(rule.readonly),
    required: rule.required === undefined ? undefined : holds(rule.required),
  };
  if (place.hidden) return { ...place, value: null };
  if (form.lists.includes(path)) return { ...place, value: rowsOf(form, path, at, scope, filling) };
  if (rule.computed !== undefined) {
    place.computed = rule.computed !== null;
    place.value = place.computed ? settled(field, evaluate(rule.computed, scope)) : null;
  } else if (field && !field.readonly) place.value = valueOf(field, filling.typed(at));
  else if (field) place.value = scope[path] ?? null;
  return place;
}

function rowsOf(form, path, at, scope, filling) {
  const count = filling.rows(at);
  return Array.from({ length: count }, (_, row) => {
    const inner = { ...scope, this: {}, parent: scope, i: number(String(row + 1)) };
    return level(form, `${path}/`, `${at}/${row}/`, inner, filling);
  });
}
