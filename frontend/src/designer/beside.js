// What is written beside the diagram at once, in the draft's own files: the desk of a lane in
// process.toml, an element's name in the other language in its file of texts.

import { refusalOf, sendForm } from "../asking.js";

export function besideOf({ place, known, texts }) {
  /** Sends fields; answers with what was said, or a sentence that refuses. */
  async function send(url, fields) {
    const answer = await sendForm(url, fields);
    if (!answer) return { refused: texts.beside_failed };
    if (!answer.ok) return { refused: await refusalOf(answer) };
    return answer.json();
  }

  return {
    /** Resolves to "" or to why it was refused. */
    async giveDesk(process, lane, { role, place: where }) {
      const { refused, desk } = await send(place.dataset.deskUrl, { process, lane, role, place: where });
      if (refused) return refused;
      known.lanes[process] ??= {};
      if (desk) known.lanes[process][lane] = desk;
      else delete known.lanes[process][lane];
      return "";
    },
    async giveName(process, element, name) {
      const { refused } = await send(place.dataset.nameUrl, { process, element, name });
      if (refused) return refused;
      (known.names[process] ??= {})[element] = name;
      return "";
    },
  };
}
