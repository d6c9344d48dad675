// Draws a PDF inside a sandboxed frame: this page fetches the content, the frame gets only bytes.

export async function showPdf(place) {
  const wait = place.querySelector("[data-pdf-wait]");
  const texts = JSON.parse(place.dataset.pdfTexts);
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.title = place.dataset.title;
  frame.src = place.dataset.viewer;
  const ready = new Promise((resolve) => {
    window.addEventListener("message", ({ source, data }) => {
      if (source === frame.contentWindow && data === "ready") resolve();
    });
  });
  const answer = await fetch(place.dataset.pdf, { credentials: "same-origin" });
  if (!answer.ok) {
    wait.textContent = texts.broken;
    return;
  }
  wait.replaceWith(frame);
  const [content] = await Promise.all([answer.arrayBuffer(), ready]);
  const { lang, dataset } = document.documentElement;
  const persian = (dataset.digits ?? lang) === "fa";
  // a sandboxed frame has no origin that could be named; what it gets is what it is there for
  frame.contentWindow.postMessage({ content, texts, persian }, "*", [content]);
}
