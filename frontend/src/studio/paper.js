// A template of a paper: its pages are drawn anew a moment after the last key.

const REST = 700; // milliseconds without a key

export function watchTemplate(form) {
  const preview = form.querySelector("[data-preview]");
  const draw = () => form.requestSubmit(preview);
  let planned = 0;
  form.addEventListener("input", () => {
    clearTimeout(planned);
    planned = setTimeout(draw, REST);
  });
  draw();
}
