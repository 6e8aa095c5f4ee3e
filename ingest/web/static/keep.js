// What could not be sent yet, kept in this browser under a key that only an open session gives out.

const PREFIX = "approdo.";
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (array) => btoa(String.fromCharCode(...new Uint8Array(array)));

export class Keep {
  /** `key`: 32 bytes in base64url; `step`: which part of the form. */
  constructor(key, step) {
    this.name = `${PREFIX}${key.slice(0, 6)}.${step}`;
    this.lasts = Boolean(globalThis.crypto?.subtle);
    this.key = this.lasts && crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]);
    this.turn = Promise.resolve();
  }

  /** Keep a value in place of the one before; quietly does without where the browser keeps nothing. */
  put(value) {
    return this.#inTurn(async () => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = new TextEncoder().encode(JSON.stringify(value));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.key, plain);
      localStorage.setItem(this.name, `${text(iv)} ${text(sealed)}`);
    });
  }

  /** Return what is kept, or null. */
  async get() {
    try {
      const [iv, sealed] = localStorage.getItem(this.name).split(" ");
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, await this.key, bytes(sealed));
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      return null;
    }
  }

  clear() {
    return this.#inTurn(() => localStorage.removeItem(this.name));
  }

  #inTurn(act) {
    if (this.lasts) this.turn = this.turn.then(act).catch(() => { this.lasts = false; });
    return this.turn;
  }
}

/** Forget what is kept on this device of one draft, and nothing of another that is open beside it. */
export function forget(mark) {
  try {
    Object.keys(localStorage).filter((name) => name.startsWith(`${PREFIX}${mark}.`)).forEach((name) => localStorage.removeItem(name));
  } catch { /* nothing was kept */ }
}
