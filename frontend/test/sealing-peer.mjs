// The browser's half of sealing for the server's tests: reads acts as JSON, one a line, and answers
// each with a line. processes/transactions/tests/peer.py speaks with it.

import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";

import { bytesOf, hexOf, joined } from "../src/sealing/bytes.js";
import { lengthOf, opened, packed, sealed } from "../src/sealing/envelope.js";
import { guaranteeFrom, guaranteeProblems, priceFrom, written } from "../src/sealing/forms.js";
import { deal, memberKey, newMemberKey, release, shareOf } from "../src/sealing/member.js";

globalThis.crypto ??= webcrypto;

async function whole(portions) {
  const all = [];
  for await (const each of portions) all.push(each);
  return joined(...all);
}

function named(name, bytes) {
  return Object.assign(new Blob([bytes]), { name });
}

const ACTS = {
  seal: async ({ header, content }) => hexOf(await whole(sealed(header, [bytesOf(content)]))),
  sealFiles: async ({ header, files }) => {
    const blobs = files.map(({ name, content }) => named(name, bytesOf(content)));
    return { length: lengthOf(blobs), envelope: hexOf(await whole(sealed(header, packed(blobs)))) };
  },
  open: async ({ envelope, header, agreed }) => hexOf(await opened(bytesOf(envelope), header, bytesOf(agreed))),
  guarantee: async ({ typed, required }) => {
    const { sheet, problems } = guaranteeFrom(typed);
    if (!sheet) return { problems };
    return { file: hexOf(written(sheet)), problems: required ? guaranteeProblems(sheet, required) : problems };
  },
  price: async ({ items, typed }) => {
    const { sheet, problems } = priceFrom(items, typed);
    return { file: sheet && hexOf(written(sheet)), problems };
  },
  newKey: ({ words, place, rounds }) => newMemberKey(words, place, rounds),
  deal: ({ ceremony, kind, dealer }) => deal(ceremony, kind, dealer),
  release: async ({ ceremony, dealings, position, wrapped, words, place, envelope }) => {
    const keys = await memberKey(wrapped, ceremony.members[position], words, place);
    return release(await shareOf(ceremony, dealings, position, keys), position, envelope);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...told } = JSON.parse(line);
  const answer = await ACTS[act](told).then((done) => ({ done }), (error) => ({ error: error.message }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
