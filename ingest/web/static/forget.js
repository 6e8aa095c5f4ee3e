// Filed or deleted: nothing is left to be sent from this device.

import { forget } from "./keep.js";

forget(document.querySelector("[data-dimentica]").dataset.dimentica);
