// The checker: cards come and go without a question to the server, and work asks only what matters.

import { cards } from "./cards.js";
import { onlyWhereItMatters } from "./matters.js";

const form = document.getElementById("controlla");
const changed = () => onlyWhereItMatters(form);
cards(form, { changed, say: (card, back) => { void card; void back; } });
form.addEventListener("change", changed);
changed();
