// The list of work: its current row, and what comes to it while it is open.

import { textsOf } from "../asking.js";
import { startCursor } from "./cursor.js";
import { startRefresh } from "./refresh.js";

const texts = textsOf();
startCursor(texts);
startRefresh(texts);
