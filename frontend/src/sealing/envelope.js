// A sealed envelope, made in the bidder's browser; its form is told in
// processes/transactions/sealing/envelope.py and contents.py.

import { bytesOf, hexOf, joined, numbered, SealBroken, text } from "./bytes.js";
import { isKnown, pointOf, proveKnown } from "./group.js";
import { newKeys, numberIn, POINT, scheduled, sealer, sharedSecret, TAG } from "./hpke.js";

const MAGIC = text("DVNSEAL1");
export const PORTION = 1024 * 1024;
const FILL = 64 * 1024;
const PROOF = 64;
const NOT_LAST = Uint8Array.of(0);
const LAST = Uint8Array.of(1);

/** The one way a header is written: sorted, without spaces, ASCII. */
export function headerBytes({ bidder, key, kind, tender, version }) {
  const told = JSON.stringify({ bidder, key, kind, tender, version });
  const ascii = told.replace(/[\u007f-\uffff]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return text(ascii);
}

/** The list of files and what stands behind them, as `contents.py` packs it. */
function listed(files) {
  const told = text(JSON.stringify(files.map(({ name, size }) => ({ name, size }))));
  return joined(numbered(told.length, 4), told);
}

/** The content of an envelope: files (File, or Blob with a name), as `contents.py` unpacks them. */
export async function* packed(files) {
  const list = listed(files);
  yield list;
  let length = list.length;
  for (const file of files) {
    for (let at = 0; at < file.size; at += PORTION) {
      yield new Uint8Array(await file.slice(at, at + PORTION).arrayBuffer());
    }
    length += file.size;
  }
  yield new Uint8Array((FILL - (length % FILL)) % FILL);
}

/** How many bytes of portions it will be, for the progress that is shown. */
export function lengthOf(files) {
  const open = listed(files).length + files.reduce((sum, each) => sum + each.size, 0);
  return Math.ceil(open / FILL) * FILL;
}

/** Seals a content for a header, portion by portion: one portion is in memory at a time. */
export async function* sealed(header, content) {
  const told = headerBytes(header);
  const own = await newKeys();
  const { sent, context } = await sealer(bytesOf(header.key), joined(MAGIC, told), own);
  const proof = bytesOf(await proveKnown(await numberIn(own), joined(MAGIC, told)));
  yield joined(MAGIC, numbered(told.length, 4), told, sent, proof);
  let held = new Uint8Array();
  for await (const each of content) {
    held = joined(held, each);
    while (held.length > PORTION) {
      yield await context.seal(held.subarray(0, PORTION), NOT_LAST);
      held = held.slice(PORTION);
    }
  }
  yield await context.seal(held, LAST);
}

/** Tells whether an envelope's point was drawn for its header, and not taken from another one. */
export const isOwn = (header, sent, proof) => isKnown(proof, pointOf(sent), joined(MAGIC, headerBytes(header)));

/**
 * Opens an envelope with the x coordinate of the key times its point: what is packed in it.
 * The server opens in the session; this is for whoever wants to open by hand what was released.
 */
export async function opened(envelope, header, agreed) {
  const told = headerBytes(header);
  const start = joined(MAGIC, numbered(told.length, 4), told);
  if (start.some((each, at) => envelope[at] !== each)) throw new SealBroken("another envelope");
  const sent = envelope.subarray(start.length, start.length + POINT);
  const body = start.length + POINT + PROOF;
  if (!(await isOwn(header, hexOf(sent), hexOf(envelope.subarray(body - PROOF, body))))) {
    throw new SealBroken("another envelope's point");
  }
  const secret = await sharedSecret(agreed, sent, bytesOf(header.key));
  const context = await scheduled(secret, joined(MAGIC, told));
  const portions = [];
  for (let at = body; ; at += PORTION + TAG) {
    const last = at + PORTION + TAG >= envelope.length;
    portions.push(await context.open(envelope.subarray(at, at + PORTION + TAG), last ? LAST : NOT_LAST));
    if (last) return joined(...portions);
  }
}
