// Passkeys: hands what the server asks for to the browser, and what it signs back.
//
// <div data-passkey="/address" data-next="…" data-failed="…" hidden> with a button and a place
// for what went wrong. `/address/options` tells what is wanted, `/address` takes the answer.

import { send } from "../asking.js";
import { whenShown } from "../shown.js";

export function bytesOf(text) {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
}

export function textOf(buffer) {
  const binary = Array.from(new Uint8Array(buffer), (each) => String.fromCharCode(each)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The options of the server (WebAuthn §5.4 in JSON), with bytes where the browser wants them. */
export function optionsOf(json) {
  const options = { ...json, challenge: bytesOf(json.challenge) };
  if (json.user) options.user = { ...json.user, id: bytesOf(json.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (json[list]) options[list] = json[list].map((each) => ({ ...each, id: bytesOf(each.id) }));
  }
  return options;
}

/** What the browser made or signed, as JSON. */
export function jsonOf(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = textOf(credential.response[part]);
  }
  return { id: credential.id, rawId: textOf(credential.rawId), type: credential.type, response };
}

async function answered(place) {
  const asked = await send(`${place.dataset.passkey}/options`, {});
  const wanted = await asked.json();
  if (!asked.ok) return wanted;
  const publicKey = optionsOf(wanted);
  const credential = publicKey.user
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
  const title = document.getElementById(place.dataset.titleFrom)?.value;
  const told = { ...jsonOf(credential), next: place.dataset.next, ...(title && { title }) };
  return (await send(place.dataset.passkey, told)).json();
}

function start(place) {
  const button = place.querySelector("button");
  const problem = place.querySelector("[role=alert]");
  place.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    problem.hidden = true;
    const answer = await answered(place).catch(() => ({ problem: place.dataset.failed }));
    if (answer.next) return location.assign(answer.next);
    button.disabled = false;
    problem.hidden = false;
    problem.textContent = answer.problem ?? place.dataset.failed;
  });
}

if (typeof document !== "undefined" && globalThis.PublicKeyCredential) {
  whenShown((part) => part.querySelectorAll("[data-passkey]").forEach(start));
}
