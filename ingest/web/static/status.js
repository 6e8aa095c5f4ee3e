// The status line: always says whether what she typed is safe, and tells a screen reader without chatter.

const OFTEN = 20000; // milliseconds between two announcements of the same kind

export class Status {
  constructor(words) {
    this.words = words;
    this.line = document.getElementById("stato");
    this.text = document.getElementById("stato-testo");
    this.receipt = document.getElementById("stato-ricevuta");
    this.ordinary = this.receipt.href;
    this.live = document.getElementById("annuncio");
    this.last = { state: "", at: 0 };
  }

  /** Show a state; `values` fill its words, `action` is something to press, `word` says it in other words. */
  show(state, values = {}, action = null, word = state) {
    this.said = "";
    const said = (this.words[word] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
    this.line.dataset.come = state;
    this.receipt.hidden = !["saved", "registered", "kept"].includes(state);
    this.receipt.href = state === "registered" ? "/domanda/registro" : this.ordinary;
    this.text.replaceChildren(`${said} `, ...(action ? [action] : []), this.receipt);
    this.#announce(state, said);
  }

  #announce(state, said) {
    const now = Date.now();
    const same = state === this.last.state || (state === "saving" || (state === "saved" && this.last.calm));
    if (state === "saving" || (same && now - this.last.at < OFTEN)) return;
    if (state === "waiting" && this.last.state === "waiting") return;
    this.last = { state, at: now, calm: state === "saved" };
    this.live.textContent = said;
  }
}

export function link(text, address) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = text;
  return made;
}

export function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm btn-outline-primary";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}
