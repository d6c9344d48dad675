// Sends documents one after another, each as a request of its own with its progress.

const WAIT = 3000; // ms before an upload is tried again that found no room
const TRIES = 5;

function post(address, file, token, field, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(Math.floor((100 * event.loaded) / event.total));
    };
    request.onloadend = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* no answer, or none of ours */ }
      resolve({ status: request.status, answer });
    };
    const body = new FormData();
    body.append(field, file, file.name);
    request.send(body);
  });
}

const tokenOfPage = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const language = () => document.documentElement.lang;

export class Uploads {
  /** line(name) gives {bar, said, line} to show one document with; largest is in MiB. */
  constructor(address, largest, { line, texts, digits, field = "files", token = tokenOfPage, send = post, wait = WAIT }) {
    Object.assign(this, { address, largest, line, texts, digits, field, token, post: send, wait });
  }

  /** Sends all; the ids of those that were taken, in the order they were chosen. */
  async send(files) {
    const taken = [];
    for (const file of files) taken.push(...(await this.one(file)));
    return taken.length ? taken : null;
  }

  async one(file) {
    const shown = this.line(file.name);
    if (file.size > this.largest * 2 ** 20) {
      const limit = this.digits(this.largest);
      return this.refused(shown, this.texts.large.replace("{name}", file.name).replace("{limit}", limit));
    }
    shown.said.textContent = this.texts.working;
    const { status, answer } = await this.tried(file, shown);
    if (status === 201) {
      shown.bar.value = 100;
      shown.said.textContent = this.texts.done;
      shown.line.dataset.state = "done";
      return answer.documents;
    }
    const problems = answer.problems ?? [];
    const said = problems.map((each) => (language() === "fa" ? each.messageFa : each.message));
    return this.refused(shown, said.join(" ") || this.texts.away);
  }

  async tried(file, shown) {
    const progress = (percent) => {
      shown.bar.value = percent;
      shown.said.textContent = this.texts.left.replace("{percent}", `${this.digits(percent)}٪`);
    };
    for (let left = TRIES; ; left -= 1) {
      const result = await this.post(this.address, file, this.token, this.field, progress);
      if (result.status !== 503 || left <= 1) return result;
      await new Promise((resolve) => { setTimeout(resolve, this.wait); });
    }
  }

  refused(shown, text) {
    shown.bar.remove();
    shown.said.textContent = text;
    shown.said.className = "problem";
    shown.line.dataset.state = "refused";
    return [];
  }
}
