// The list of work: its current row, what comes to it while it is open, and the task beside it.

import { textsOf } from "../asking.js";
import { startCursor } from "./cursor.js";
import { startRefresh } from "./refresh.js";
import { startSplit } from "./split.js";
import { startTicks } from "./ticks.js";

const texts = textsOf();
startCursor(texts);
startRefresh(texts);
startSplit(texts);
startTicks();
