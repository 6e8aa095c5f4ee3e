// Filed or deleted: nothing is left to be sent from this device.

import { forgetAll } from "./keep.js";

forgetAll();
