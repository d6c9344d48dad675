// The form in which texts are compared: as `engine.values.fold` does it on the server.

const LETTERS = { "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ؤ": "و" };

export function fold(text) {
  return text.normalize("NFKC").toLowerCase()
    .replace(/[\u064b-\u0655\u0670\u0640\u200b-\u200f\u2066-\u2069]/g, "")
    .replace(/[يىئكةۀأإآؤ]/g, (each) => LETTERS[each])
    .replace(/[۰-۹]/g, (each) => each.charCodeAt(0) - 0x06f0)
    .replace(/[٠-٩]/g, (each) => each.charCodeAt(0) - 0x0660)
    .replace(/\s+/g, " ").trim();
}

/** Whether every word that is looked for stands in a text. */
export function matches(text, sought) {
  const folded = fold(text);
  return fold(sought).split(" ").every((word) => folded.includes(word));
}
