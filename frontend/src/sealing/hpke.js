// Hybrid public key encryption (RFC 9180), base mode: DHKEM(P-256), HKDF-SHA256, AES-256-GCM,
// with the browser's own WebCrypto. The server's half is processes/transactions/sealing/hpke.py.

import { joined, numbered, numberOf, SealBroken, text } from "./bytes.js";

const KEM = numbered(0x0010, 2);
const SUITE = joined(text("HPKE"), KEM, numbered(0x0001, 2), numbered(0x0002, 2));
const KEM_SUITE = joined(text("KEM"), KEM);
const ECDH = { name: "ECDH", namedCurve: "P-256" };
export const POINT = 65; // bytes of a point
export const TAG = 16;
const NONE = new Uint8Array();

async function hashed(key, told) {
  const raw = key.length ? key : new Uint8Array(32);
  const made = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", made, told));
}

const extract = (suite, salt, label, told) => hashed(salt, joined(text("HPKE-v1"), suite, text(label), told));

async function expand(suite, extracted, label, told, length) {
  const info = joined(numbered(length, 2), text("HPKE-v1"), suite, text(label), told, Uint8Array.of(1));
  return (await hashed(extracted, info)).subarray(0, length);
}

/** The secret of the key encapsulation (§4.1). */
export async function sharedSecret(agreed, sent, recipient) {
  const extracted = await extract(KEM_SUITE, NONE, "eae_prk", agreed);
  return expand(KEM_SUITE, extracted, "shared_secret", joined(sent, recipient), 32);
}

/** The context of a secret (§5.1): one key and its counted nonces. */
export async function scheduled(secret, info) {
  const told = joined(
    Uint8Array.of(0),
    await extract(SUITE, NONE, "psk_id_hash", NONE),
    await extract(SUITE, NONE, "info_hash", info),
  );
  const extracted = await extract(SUITE, secret, "secret", NONE);
  const key = await expand(SUITE, extracted, "key", told, 32);
  const nonce = await expand(SUITE, extracted, "base_nonce", told, 12);
  const cipher = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
  return new Context(cipher, numberOf(nonce));
}

class Context {
  #cipher;
  #nonce;
  #number = 0n;

  constructor(cipher, nonce) {
    this.#cipher = cipher;
    this.#nonce = nonce;
  }

  async seal(message, bound = NONE) {
    return new Uint8Array(await crypto.subtle.encrypt(this.#next(bound), this.#cipher, message));
  }

  async open(sealed, bound = NONE) {
    try {
      return new Uint8Array(await crypto.subtle.decrypt(this.#next(bound), this.#cipher, sealed));
    } catch {
      throw new SealBroken("does not open");
    }
  }

  #next(additionalData) {
    const iv = numbered(this.#nonce ^ this.#number, 12);
    this.#number += 1n;
    return { name: "AES-GCM", iv, additionalData };
  }
}

export const newKeys = () => crypto.subtle.generateKey(ECDH, true, ["deriveBits"]);

export async function publicOf(keys) {
  return new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey));
}

/** The private key as a number. */
export async function numberIn(keys) {
  const { d } = await crypto.subtle.exportKey("jwk", keys.privateKey);
  return numberOf(Uint8Array.from(atob(d.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0)));
}

async function agreedBy(privateKey, point) {
  const other = await crypto.subtle.importKey("raw", point, ECDH, false, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: other }, privateKey, 256));
}

/** What is sent along (65 bytes), and the context that seals for who has the recipient's key. */
export async function sealer(recipient, info, drawn) {
  const own = drawn ?? (await newKeys());
  const sent = await publicOf(own);
  const agreed = await agreedBy(own.privateKey, recipient);
  return { sent, context: await scheduled(await sharedSecret(agreed, sent, recipient), info) };
}

/** Opens one message with a whole key, such as what a dealer gave a member. */
export async function openWithKey(keys, sealed, info) {
  const sent = sealed.subarray(0, POINT);
  const agreed = await agreedBy(keys.privateKey, sent);
  const context = await scheduled(await sharedSecret(agreed, sent, await publicOf(keys)), info);
  return context.open(sealed.subarray(POINT));
}
