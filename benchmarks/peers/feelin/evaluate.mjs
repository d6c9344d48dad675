// Evaluates expressions with feelin: a line {expressions, scope, times, repeats} in, a line out.
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import {pathToFileURL} from 'node:url';

const found = createRequire(`${process.env.PEER_MODULES}/`).resolve('feelin');
const {evaluate} = await import(pathToFileURL(found).href);

function microseconds(expression, scope, times) {
  const began = process.hrtime.bigint();
  for (let turn = 0; turn < times; turn += 1) evaluate(expression, scope);
  return Number(process.hrtime.bigint() - began) / times / 1000;
}

for await (const line of createInterface({input: process.stdin})) {
  const {expressions, scope, times, repeats} = JSON.parse(line);
  const values = expressions.map((each) => evaluate(each, scope).value);
  const took = expressions.map((each) => {
    let best = Infinity;
    for (let turn = 0; turn < repeats; turn += 1) {
      best = Math.min(best, microseconds(each, scope, times));
    }
    return best;
  });
  console.log(JSON.stringify({values, took}));
}
