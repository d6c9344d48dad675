// The group of P-256, by @noble/curves, and the proofs that processes/transactions/sealing checks.

import { p256 } from "@noble/curves/nist.js";

import { bytesOf, hexOf, joined, numbered, numberOf, text } from "./bytes.js";

const Point = p256.Point;
export const ORDER = Point.Fn.ORDER;
const KNOWN = text("divan sealing 1: knows the number");
const SAME = text("divan sealing 1: released with the share");

export const modulo = (number) => ((number % ORDER) + ORDER) % ORDER;
export const base = (number) => Point.BASE.multiply(number);
export const encoded = (point) => point.toBytes(false);
export const hexPoint = (point) => hexOf(encoded(point));

/** Reads a point; one that is not on the curve, or at infinity, is an error. */
export function pointOf(hex) {
  const point = Point.fromBytes(bytesOf(hex));
  point.assertValidity();
  return point;
}

/** A number of the group, none likelier than another. */
export function drawn() {
  for (;;) {
    const number = numberOf(crypto.getRandomValues(new Uint8Array(32)));
    if (number > 0n && number < ORDER) return number;
  }
}

async function challenged(label, context, points) {
  const told = joined(label, numbered(context.length, 4), context, ...points.map(encoded));
  return modulo(numberOf(new Uint8Array(await crypto.subtle.digest("SHA-512", told))));
}

const proof = (challenge, answer) => hexOf(joined(numbered(challenge, 32), numbered(answer, 32)));

/** Proves that one knows the number behind its multiple of the generator. */
export async function proveKnown(secret, context) {
  const once = drawn();
  const challenge = await challenged(KNOWN, context, [base(secret), base(once)]);
  return proof(challenge, modulo(once + challenge * secret));
}

/** Tells whether a proof is of the number behind a point, in this place. */
export async function isKnown(proved, point, context) {
  const [challenge, answer] = [proved.slice(0, 64), proved.slice(64)].map((each) => numberOf(bytesOf(each)));
  if (proved.length !== 128 || challenge >= ORDER || answer >= ORDER) return false;
  const once = Point.BASE.multiplyUnsafe(answer).add(point.multiplyUnsafe(modulo(-challenge)));
  return !once.is0() && (await challenged(KNOWN, context, [point, once])) === challenge;
}

/** The share times a point, and the proof that it is that share. */
export async function proveSame(share, point, context) {
  const once = drawn();
  const released = point.multiply(share);
  const points = [base(share), point, released, base(once), point.multiply(once)];
  const challenge = await challenged(SAME, context, points);
  return { point: hexPoint(released), proof: proof(challenge, modulo(once + challenge * share)) };
}

/** The value of a published polynomial at a position, times the generator. */
export function publicValue(published, position) {
  const at = BigInt(position);
  return published.reduceRight((sum, each) => (sum ? sum.multiply(at).add(each) : each), null);
}

/** The sum of points. */
export const joinedPoints = (points) => points.reduce((sum, each) => sum.add(each));
