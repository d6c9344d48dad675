// What a member of the commission does, in the member's own browser: a key of one's own under a
// passphrase, dealing at the ceremony, and releasing one envelope after the other at the opening.
// No share and no key leaves this page but closed; the tender's key is made nowhere.

import { bytesOf, hexOf, joined, numbered, numberOf, SealBroken, text } from "./bytes.js";
import { base, drawn, hexPoint, isKnown, joinedPoints, modulo, ORDER, pointOf, proveKnown, proveSame, publicValue } from "./group.js";
import { headerBytes, isOwn } from "./envelope.js";
import { newKeys, openWithKey, publicOf, sealer } from "./hpke.js";

export const ROUNDS = 2_400_000; // of PBKDF2, the one derivation browsers have
export const LEAST = 14; // characters of a passphrase
export const KINDS = ["A", "B", "C"];
const LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"; // 32, none that looks like another

/** A passphrase nobody guesses: 100 bits, to be written down and kept in a safe. */
export function passphrase() {
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(20)), (each) => LETTERS[each % 32]);
  return letters.join("").match(/.{5}/g).join("-");
}

async function derived(words, salt, rounds) {
  const told = text(words.normalize("NFKC")); // keyboards differ
  const key = await crypto.subtle.importKey("raw", told, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, key, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Draws a member's key and closes it by a passphrase, for one place: {public, wrapped}. */
export async function newMemberKey(words, place, rounds = ROUNDS) {
  const keys = await newKeys();
  const clear = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: text(place) };
  const closed = new Uint8Array(await crypto.subtle.encrypt(how, await derived(words, salt, rounds), clear));
  const wrapped = { rounds, salt: hexOf(salt), nonce: hexOf(iv), closed: hexOf(closed) };
  return { public: hexOf(await publicOf(keys)), wrapped };
}

/** Opens it again; a wrong passphrase is a SealBroken. */
export async function memberKey(wrapped, known, words, place) {
  const cipher = await derived(words, bytesOf(wrapped.salt), wrapped.rounds);
  const how = { name: "AES-GCM", iv: bytesOf(wrapped.nonce), additionalData: text(place) };
  try {
    const clear = await crypto.subtle.decrypt(how, cipher, bytesOf(wrapped.closed));
    const curve = { name: "ECDH", namedCurve: "P-256" };
    return {
      privateKey: await crypto.subtle.importKey("pkcs8", clear, curve, false, ["deriveBits"]),
      publicKey: await crypto.subtle.importKey("raw", bytesOf(known), curve, true, []),
    };
  } catch {
    throw new SealBroken("closed");
  }
}

/** ceremony: {id, threshold, members: {position: point in hex}}. */
const proofBound = ({ id, threshold, members }, kind, dealer) =>
  `${id}/${threshold}/${Object.keys(members).length}/${kind}/${dealer}`;
const valueBound = (ceremony, kind, dealer, member) =>
  text(`divan sealing 1: value/${proofBound(ceremony, kind, dealer)}/${member}`);

function valueAt(coefficients, position) {
  return coefficients.reduceRight((value, each) => modulo(value * BigInt(position) + each), 0n);
}

/** Deals for one kind of envelope; the polynomial is forgotten with the return. */
export async function deal(ceremony, kind, dealer) {
  const coefficients = Array.from({ length: ceremony.threshold }, drawn);
  const values = {};
  for (const [position, key] of Object.entries(ceremony.members)) {
    const info = valueBound(ceremony, kind, dealer, position);
    const { sent, context } = await sealer(bytesOf(key), info);
    const value = numbered(valueAt(coefficients, position), 32);
    values[position] = hexOf(joined(sent, await context.seal(value)));
  }
  return {
    kind,
    dealer,
    published: coefficients.map((each) => hexPoint(base(each))),
    proof: await proveKnown(coefficients[0], text(proofBound(ceremony, kind, dealer))),
    values,
  };
}

/** A member's share of one kind's key; a dealer who gave another value than published is an error. */
export async function shareOf(ceremony, dealings, position, keys) {
  let share = 0n;
  for (const { kind, dealer, published, proof, values } of dealings) {
    const knows = await isKnown(proof, pointOf(published[0]), text(proofBound(ceremony, kind, dealer)));
    if (!knows) throw new SealBroken(`dealer ${dealer}`);
    const info = valueBound(ceremony, kind, dealer, position);
    const value = numberOf(await openWithKey(keys, bytesOf(values[position]), info));
    const told = publicValue(published.map(pointOf), position);
    if (value <= 0n || value >= ORDER || !base(value).equals(told)) throw new SealBroken(`dealer ${dealer}`);
    share = modulo(share + value);
  }
  return share;
}

/**
 * Releases one envelope: {member, point, proof}. What the server says of it is not believed: its
 * point has to have been drawn for this header, or releasing it could open another one.
 */
export async function release(share, member, { header, sent, proof }) {
  if (!(await isOwn(header, sent, proof))) throw new SealBroken("another envelope's point");
  const context = joined(text("divan sealing 1: open/"), headerBytes(header));
  return { member, ...(await proveSame(share, pointOf(sent), context)) };
}

/** The public key that dealings of one kind make; the server's word for it is held to this. */
export const keyOf = (dealings) => hexPoint(joinedPoints(dealings.map(({ published }) => pointOf(published[0]))));

/** 100 bits of a key's hash in letters, as `sealing/fingerprints.py` writes them. */
export async function fingerprintOf(key) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(key)));
  const number = numberOf(hash);
  const letters = Array.from({ length: 20 }, (_, at) => LETTERS[Number((number >> BigInt(251 - 5 * at)) & 31n)]);
  return letters.join("").match(/.{5}/g).join("-");
}
