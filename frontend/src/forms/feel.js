// The part of FEEL that forms/browser.py sends: nested lists to values.
// A number is {units, scale}, null is null, a context an object, a list an array.

import { compare, minus, number, over, plus, times } from "./numbers.js";

const isNumber = (value) => value !== null && typeof value === "object" && "units" in value;
const isContext = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value) && !isNumber(value);

function kindOf(value) {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "list";
  return isNumber(value) ? "number" : typeof value === "object" ? "context" : typeof value;
}

/** The value of a tree for the names in a scope; null where FEEL has no answer. */
export function evaluate(tree, scope) {
  const [head, ...parts] = tree;
  const value = (part) => evaluate(part, scope);
  switch (head) {
    case "constant": return parts[0];
    case "number": return number(parts[0]);
    case "text": return parts[0];
    case "name": return scope[parts[0]] ?? null;
    case ".": return entryOf(value(parts[0]), parts[1]);
    case "list": return parts.map(value);
    case "and": return all(parts.map(value), false);
    case "or": return all(parts.map(value), true);
    case "not": return not(value(parts[0]));
    case "if": return value(parts[0]) === true ? value(parts[1]) : value(parts[2]);
    case "sum": return sum(value(parts[0]));
    case "count": return count(value(parts[0]));
    case "+": case "-": case "*": case "/": return computed(head, value(parts[0]), value(parts[1]));
    default: return compared(head, value(parts[0]), value(parts[1]));
  }
}

function entryOf(source, name) {
  if (Array.isArray(source)) return source.map((each) => entryOf(each, name));
  return isContext(source) ? source[name] ?? null : null;
}

/** `or` is true with one true, `and` false with one false; else null with anything but the rest. */
function all(values, decides) {
  if (values.includes(decides)) return decides;
  return values.every((each) => each === !decides) ? !decides : null;
}

function not(value) {
  return typeof value === "boolean" ? !value : null;
}

function sum(list) {
  const items = Array.isArray(list) ? list : [list];
  if (!items.length || !items.every(isNumber)) return null;
  return items.reduce(plus);
}

function count(list) {
  if (list === null) return null;
  const items = Array.isArray(list) ? list : [list];
  return { units: BigInt(items.length), scale: 0 };
}

function computed(operator, left, right) {
  if (operator === "+" && typeof left === "string" && typeof right === "string") return left + right;
  if (!isNumber(left) || !isNumber(right)) return null;
  return { "+": plus, "-": minus, "*": times, "/": over }[operator](left, right) ?? null;
}

function compared(operator, left, right) {
  const kinds = [kindOf(left), kindOf(right)];
  if (operator === "=" || operator === "!=") {
    const equal = same(left, right, kinds);
    return equal === null ? null : equal === (operator === "=");
  }
  if (kinds[0] !== kinds[1] || !["number", "string"].includes(kinds[0])) return null;
  const order = kinds[0] === "number" ? compare(left, right) : byCharacters(left, right);
  return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[operator];
}

function same(left, right, [one, other]) {
  if (one === "null" || other === "null") return one === other;
  if (one !== other) return null;
  if (one === "number") return compare(left, right) === 0;
  if (one === "list") {
    return left.length === right.length
      && left.every((each, at) => same(each, right[at], [kindOf(each), kindOf(right[at])]) === true);
  }
  if (one !== "context") return left === right;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => name in right
    && same(left[name], right[name], [kindOf(left[name]), kindOf(right[name])]) === true);
}

/** Texts in the order of their characters, as Python compares them. */
function byCharacters(left, right) {
  const [a, b] = [[...left], [...right]];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = a[at].codePointAt(0) - b[at].codePointAt(0);
    if (difference) return difference;
  }
  return a.length - b.length;
}
