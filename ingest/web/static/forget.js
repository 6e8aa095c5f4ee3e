// Filed or deleted: nothing is left to be sent from this device.

import { forget } from "./keep.js";

const { dimentica: mark, eliminata: isGone } = document.querySelector("[data-dimentica]").dataset;
forget(mark, isGone !== undefined);
