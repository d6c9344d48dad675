// Bytes, as all of sealing handles them.

export const text = (string) => new TextEncoder().encode(string);

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, each) => length + each.length, 0));
  let at = 0;
  for (const each of parts) {
    whole.set(each, at);
    at += each.length;
  }
  return whole;
}

/** A whole number in big-endian bytes. */
export function numbered(number, length) {
  const bytes = new Uint8Array(length);
  for (let at = length - 1, left = BigInt(number); at >= 0; at -= 1, left >>= 8n) bytes[at] = Number(left & 255n);
  return bytes;
}

export const numberOf = (bytes) => bytes.reduce((number, each) => (number << 8n) | BigInt(each), 0n);

export const hexOf = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");

export function bytesOf(hex) {
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new TypeError("not hexadecimal");
  return Uint8Array.from(hex.match(/../g) ?? [], (each) => Number.parseInt(each, 16));
}

/** What is sealed is not what it should be; never which byte of it. */
export class SealBroken extends Error {}
