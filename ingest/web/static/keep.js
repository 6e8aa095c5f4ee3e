// What could not be sent yet, kept in this browser under a key that only an open session gives out.
// Each page keeps under a name of its own, so that two windows of one step never take each other's place.

const PREFIX = "approdo.";
export const UNSENT = "-da-inviare"; // ends the name of what is sent in one piece: a correction, a complaint
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (array) => btoa(String.fromCharCode(...new Uint8Array(array)));

export class Keep {
  /** `key`: 32 bytes in base64url; `step`: which part of the form. */
  constructor(key, step) {
    this.step = `${PREFIX}${key.slice(0, 6)}.${step}`;
    this.name = `${this.step}.${Date.now().toString(36).padStart(9, "0")}${Math.random().toString(36).slice(2, 8)}`;
    this.lasts = Boolean(globalThis.crypto?.subtle);
    this.key = this.lasts && crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]);
    this.turn = Promise.resolve();
    if (this.lasts) held(this.name);
  }

  /**
   * Keep a value in place of the one before, and of what other pages kept under these names; quietly does without where
   * the browser keeps nothing.
   */
  put(value, instead = []) {
    return this.#inTurn(async () => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = new TextEncoder().encode(JSON.stringify(value));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.key, plain);
      localStorage.setItem(this.name, `${text(iv)} ${text(sealed)}`);
      instead.forEach((name) => localStorage.removeItem(name));
    });
  }

  /** Return the names under which other pages of this step kept something, those that were opened first first. */
  left() {
    try {
      return Object.keys(localStorage).filter((name) => name === this.step || name.startsWith(`${this.step}.`)).sort();
    } catch {
      return [];
    }
  }

  /** Return what is kept under a name that is held, to be kept by this page from now on; null where it may not be. */
  async take(name, may) {
    const kept = await this.read(name);
    if (!kept || !may()) return null;
    this.name = name;
    return kept;
  }

  /** Return what is kept under a name; null where nothing is that this key opens. */
  async read(name) {
    try {
      const [iv, sealed] = localStorage.getItem(name).split(" ");
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, await this.key, bytes(sealed));
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      return null;
    }
  }

  clear(name = this.name) {
    return this.#inTurn(() => localStorage.removeItem(name));
  }

  #inTurn(act) {
    if (this.lasts) this.turn = this.turn.then(act).catch(() => { this.lasts = false; });
    return this.turn;
  }
}

/** Hold a name once the page that holds it is gone, for as long as this one lives; resolves to what lets it go. */
export function held(name) {
  return new Promise((got) => {
    if (!navigator.locks) got(() => {});
    else navigator.locks.request(name, () => new Promise((release) => { got(release); })).catch(() => got(() => {}));
  });
}

/**
 * Forget what is kept on this device of one draft, and nothing of another that is open beside it. Of one that is filed
 * (`isGone` false) a correction or a complaint that was not sent yet stays.
 */
export function forget(mark, isGone) {
  const ofDraft = (name) => name.startsWith(`${PREFIX}${mark}.`) && (isGone || !name.includes(UNSENT));
  try {
    Object.keys(localStorage).filter(ofDraft).forEach((name) => localStorage.removeItem(name));
  } catch { /* nothing was kept */ }
}
