// What every page has around its content: keys, the palette, what was just done, news.

import { textsOf } from "../asking.js";
import { startKeys } from "../keys/index.js";
import { startNews } from "../news/index.js";
import { startToasts } from "../toast/index.js";

const texts = textsOf();
startKeys(texts);
startToasts(texts);
startNews();
