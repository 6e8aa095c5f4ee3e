// Saving: one request in flight; what was sent and not answered is settled first; then what is typed now.

const QUIET = 700; // milliseconds after the last key
const PATIENCE = 15000; // for one answer
const LONGEST = 30; // seconds between two tries

export class Saving {
  /**
   * `typed()` gives the form as it is now; `base` the revision it builds on; `keep` where unsent text stays;
   * `tell(state, details)` is called whenever she should see something else.
   */
  constructor({ address, proof, base, typed, keep, tell }) {
    Object.assign(this, { address, proof, base, typed, keep, tell });
    this.saved = typed();
    this.unsettled = null; // a body whose answer never came
    this.tries = 0;
    this.busy = null;
    this.over = ""; // why nothing more can be saved from this page: ended, stale, sent
    this.timer = this.countdown = 0;
    addEventListener("online", () => this.unsaved && this.now());
    addEventListener("offline", () => this.unsaved && this.tell("offline"));
  }

  get unsaved() {
    return this.typed() !== this.saved || this.unsettled !== null;
  }

  /** Something changed. */
  soon() {
    if (this.over !== "sent") this.#remember(); // she may go on typing after her session has ended
    if (!this.over && this.tries === 0) this.#in(QUIET);
  }

  /** Save now; resolves to whether everything is saved. */
  async now() {
    clearTimeout(this.timer);
    clearInterval(this.countdown);
    while (this.unsaved && !this.over) {
      this.busy ??= this.#send().finally(() => { this.busy = null; });
      if (!(await this.busy)) return false;
    }
    if (!this.unsaved) this.tell("settled");
    return !this.unsaved;
  }

  /** Go on where an earlier page stopped: what it had sent without an answer is settled first. */
  goOn({ base, unsettled }) {
    Object.assign(this, { base, unsettled });
    return this.now();
  }

  /** Say whether nothing is under way: what an earlier page kept can take the place of what is shown. */
  get atRest() {
    return !this.unsaved && !this.busy && !this.over;
  }

  async #send() {
    this.tell("saving");
    const body = this.unsettled ?? this.typed();
    const told = await this.#post(body);
    if (!told) return false;
    if (this.unsaved) this.#remember();
    else await this.keep.clear(); // before she is told: who leaves then leaves nothing to be found and saved again
    this.tell("saved", told);
    return true;
  }

  async #post(body) {
    const form = new URLSearchParams(body);
    form.set("prova", this.proof);
    form.set("revisione", this.base);
    this.unsettled = body;
    let answer;
    let told = {};
    try {
      answer = await fetch(this.address, {
        method: "POST", body: form, headers: { accept: "application/json" }, redirect: "error", credentials: "same-origin",
        cache: "no-store", keepalive: String(form).length < 60000, signal: AbortSignal.timeout(PATIENCE),
      });
      told = await answer.json();
    } catch {
      answer = answer?.ok ? null : answer;
    }
    return this.#settle(answer, told, body);
  }

  #settle(answer, told, body) {
    if (answer?.ok) {
      this.base = told.revision;
      this.saved = body;
      this.unsettled = null;
      this.tries = 0;
      return told;
    }
    if (told.saved === "no") this.unsettled = null;
    this.over = told.code === "sealed" ? "sent" : ({ 401: "ended", 412: "stale" }[answer?.status] ?? "");
    const again = !answer || told.safe_to_retry || answer.status >= 500 || [408, 429].includes(answer.status);
    if (this.over === "sent") this.keep.clear();
    else this.#remember();
    if (!this.over && again) {
      this.#again(Number(answer?.headers.get("retry-after")) || 0);
    } else {
      this.tries = 0; // what is refused for what it says is tried again when it says something else
      this.tell(this.over || "refused", told);
    }
    return null;
  }

  #again(asked) {
    const own = Math.min(LONGEST, 2 ** this.tries) * (0.5 + Math.random() / 2);
    this.tries += 1;
    let seconds = Math.ceil(asked ? asked + Math.random() * 2 : own);
    const say = () => this.tell(navigator.onLine ? "waiting" : "offline", { seconds });
    say();
    clearInterval(this.countdown);
    this.countdown = setInterval(() => {
      seconds -= 1;
      if (seconds > 0) say();
      else this.now();
    }, 1000);
  }

  #remember() {
    this.keep.put({ base: this.base, unsettled: this.unsettled, typed: this.typed() });
  }

  #in(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), milliseconds);
  }
}
