// The checker: cards come and go without a question to the server, and work asks only what matters.

import { cards, undoable } from "./cards.js";
import { onlyWhereItMatters } from "./matters.js";

const form = document.getElementById("controlla");
const changed = () => onlyWhereItMatters(form);
cards(form, { changed, say: undoable(form, JSON.parse(document.getElementById("parole").textContent)) });
form.addEventListener("change", changed);
changed();
