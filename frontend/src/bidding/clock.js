// The server's clock on a page: what the bidder's own clock says does not matter.

import { digits, fill } from "../asking.js";

const SECOND = 1000;

export class ServerClock {
  /** now is the server's moment when the page was made; ticking counts on from there. */
  constructor(now, ticking = () => performance.now()) {
    this.ticking = ticking;
    this.set(now);
  }

  set(now) {
    this.at = Date.parse(now);
    this.since = this.ticking();
  }

  now() {
    return this.at + this.ticking() - this.since;
  }

  /** Milliseconds left until a moment; below zero it is past. */
  until(moment) {
    return Date.parse(moment) - this.now();
  }
}

/** What is left, in words: days, then hours, minutes and seconds. */
export function leftIn(milliseconds, text) {
  const seconds = Math.floor(milliseconds / SECOND);
  const two = (number) => digits(String(number).padStart(2, "0"));
  return fill(text, {
    days: digits(Math.floor(seconds / 86400)),
    hours: two(Math.floor(seconds / 3600) % 24),
    minutes: two(Math.floor(seconds / 60) % 60),
    seconds: two(seconds % 60),
  });
}
