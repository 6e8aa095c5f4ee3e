// Remarks: what seems wrong in a field, shown once she has been there and is not typing in it.

import { places } from "./cards.js";

export class Remarks {
  constructor(form, words) {
    Object.assign(this, { form, words, problems: [], touched: new Set() });
    form.addEventListener("focusout", ({ target }) => {
      if (!target.name) return;
      this.touched.add(target.name);
      this.show();
    });
    // Nothing moves under a finger that is down: the button it is on would not be there when it is lifted.
    this.pressed = false;
    addEventListener("pointerdown", () => { this.pressed = true; }, true);
    for (const lifted of ["pointerup", "pointercancel"]) {
      addEventListener(lifted, () => { this.pressed = false; setTimeout(() => this.show()); }, true);
    }
    form.addEventListener("change", ({ target }) => target.name && this.touched.add(target.name));
  }

  /** Take what a save found; pointers count cards as they were sent. */
  found(problems) {
    this.problems = problems.map((problem) => ({ ...problem, name: this.#name(problem.pointer) }));
    this.show();
  }

  show() {
    if (this.pressed) return;
    for (const field of this.form.querySelectorAll("[data-campo]")) {
      const { campo: name } = field.dataset;
      const busy = field.contains(document.activeElement) && document.activeElement.matches("input[type=text]");
      if (busy) continue;
      const wrong = this.problems.filter((one) => one.name === name || one.name.startsWith(`${name}/`));
      const place = field.querySelector(".osservazioni");
      const shown = place.childElementCount > 0 || this.touched.has(name);
      place.replaceChildren(...(shown ? wrong.map((one) => this.#line(one)) : []));
      const control = field.querySelector(".form-control");
      if (control && shown && wrong.some((one) => one.severity === "error")) control.setAttribute("aria-invalid", "true");
      else control?.removeAttribute("aria-invalid");
    }
  }

  #line({ message, severity }) {
    const line = document.createElement("p");
    line.className = severity === "error" ? "grave" : "lieve";
    const before = document.createElement("span");
    before.className = "visually-hidden";
    before.textContent = `${this.words.look} `;
    line.append(before, message);
    return line;
  }

  #name(pointer) {
    const parts = [];
    for (const part of pointer.split("/").slice(1)) {
      parts.push(/^\d+$/.test(part) ? places(this.form, parts.join("/"))[Number(part)] ?? part : part);
    }
    return parts.join("/");
  }
}
