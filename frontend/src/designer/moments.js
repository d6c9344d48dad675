// Moments in words of the page: by the clock of Tehran, on a Persian page by the Persian calendar.

/** "2026-12-01T10:00:00" in words; a time without a zone is Tehran's, as the engine reads it. */
export function momentInWords(text, language = document.documentElement.lang) {
  const bare = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text) ? `${text}+03:30` : text;
  const at = new Date(bare);
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(at.getTime())) return "";
  const locale = language === "fa" ? "fa-IR-u-ca-persian-nu-arabext" : "en-GB";
  const day = new Intl.DateTimeFormat(locale, { timeZone: "Asia/Tehran", year: "numeric", month: "long", day: "numeric" }).format(at);
  const hour = new Intl.DateTimeFormat(locale, { timeZone: "Asia/Tehran", hour: "2-digit", minute: "2-digit", hour12: false }).format(at);
  return `${day} ${hour}`;
}
