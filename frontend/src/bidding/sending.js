// Seals an envelope in this browser and sends it; what breaks off is sent again, byte for byte.

import { token } from "../asking.js";
import { lengthOf, packed, sealed } from "../sealing/envelope.js";

const WAITS = [1000, 3000, 6000, 12000, 20000, 30000]; // ms between two tries
const LATER = new Set([0, 502, 503, 504]); // no answer, or none at this moment

/** The sealed envelope: each portion lies with the browser, and one at a time in the page. */
export async function sealedBlob(header, files, progress) {
  const whole = lengthOf(files);
  const parts = [];
  let done = 0;
  for await (const each of sealed(header, packed(files))) {
    parts.push(new Blob([each]));
    done += each.length;
    progress(Math.min(1, done / whole));
  }
  return new Blob(parts, { type: "application/octet-stream" });
}

function put(address, blob, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onloadend = () => resolve({ status: request.status, answer: read(request.responseText) });
    request.send(blob);
  });
}

function post(address, told) {
  return fetch(address, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(told),
  }).then(
    async (answer) => ({ status: answer.status, answer: read(await answer.text()) }),
    () => ({ status: 0, answer: {} }),
  );
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // no answer, or none of ours
  }
}

/** Does something until it was answered, a while; `again` is told of each new try. */
async function surely(act, again, waits = WAITS) {
  for (const wait of [...waits, null]) {
    const result = await act();
    if (!LATER.has(result.status) || wait === null) return result;
    again();
    await new Promise((resolve) => { setTimeout(resolve, wait * (0.75 + Math.random() / 2)); });
  }
}

export const sendEnvelope = (address, blob, progress, again, waits) => surely(() => put(address, blob, progress), again, waits);
export const sendBid = (address, told, again, waits) => surely(() => post(address, told), again, waits);
