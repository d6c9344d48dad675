// The list of work: its current row.

import { textsOf } from "../asking.js";
import { startCursor } from "./cursor.js";

startCursor(textsOf());
