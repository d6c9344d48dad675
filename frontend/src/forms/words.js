// Whole numbers in words, as engine/values/words.py says them (R-MON-05): BigInt in, text out.
// tests/unit/forms/word_cases.json is run against both.

import { shown } from "../line-table/exact.js";

const FA = {
  units: ["", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده", "یازده", "دوازده",
    "سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده"],
  tens: ["", "", "بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"],
  hundreds: ["", "یکصد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"],
  scales: ["", "هزار", "میلیون", "میلیارد", "هزار میلیارد", "میلیون میلیارد"],
  zero: "صفر", minus: "منفی", between: " و ",
};
const EN = {
  units: ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
  tens: ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
  scales: ["", "thousand", "million", "billion", "trillion", "quadrillion"],
  zero: "zero", minus: "minus", between: " ",
};

export function inWords(number, language) {
  const words = language === "fa" ? FA : EN;
  if (number === 0n) return words.zero;
  const groups = [];
  for (let rest = number < 0n ? -number : number; rest; rest /= 1000n) groups.push(Number(rest % 1000n));
  const group = language === "fa" ? persianGroup : englishGroup;
  const said = groups
    .map((each, at) => each && `${group(each)} ${words.scales[at]}`.trim())
    .filter(Boolean).reverse().join(words.between);
  return number < 0n ? `${words.minus} ${said}` : said;
}

/** An amount of rials with its tomans beside it, as the server writes it below a field. */
export function amountInWords(number, language, tomans) {
  const said = `${inWords(number, language)} ${language === "fa" ? "ریال" : "rials"}`;
  if (number === 0n || number % 10n) return said;
  return `${said} (${tomans.replace("{amount}", shown(number / 10n, language))})`;
}

function persianGroup(group) {
  const [hundreds, rest] = [Math.floor(group / 100), group % 100];
  const [tens, units] = rest < 20 ? [0, rest] : [Math.floor(rest / 10), rest % 10];
  return [FA.hundreds[hundreds], FA.tens[tens], FA.units[units]].filter(Boolean).join(" و ");
}

function englishGroup(group) {
  const [hundreds, rest] = [Math.floor(group / 100), group % 100];
  const [tens, units] = rest < 20 ? [0, rest] : [Math.floor(rest / 10), rest % 10];
  const below = [EN.tens[tens], EN.units[units]].filter(Boolean).join("-");
  return [hundreds && `${EN.units[hundreds]} hundred`, below].filter(Boolean).join(" ");
}
