// bpmn-engine behind Node's own HTTP server, two processes; a case is its state as JSON in one row.
// node server.mjs fill COUNT | node server.mjs serve PORT
import cluster from "node:cluster";
import { EventEmitter } from "node:events";
import http from "node:http";
import { createRequire } from "node:module";

const require = createRequire(process.env.PEER_MODULES + "/");
const { Engine } = require("bpmn-engine");
const pg = require("pg");
const database = { host: process.env.PEER_SOCKET, database: process.env.PEER_DATABASE, user: "postgres" };

const ORDER = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="peer">
 <process id="order" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="A"/>
  <userTask id="A"/><sequenceFlow id="f2" sourceRef="A" targetRef="large"/>
  <exclusiveGateway id="large" default="f4"/>
  <sequenceFlow id="f3" sourceRef="large" targetRef="B">
   <conditionExpression xsi:type="tFormalExpression" language="javascript"><![CDATA[
     next(null, this.environment.variables.amount > 100);]]></conditionExpression></sequenceFlow>
  <sequenceFlow id="f4" sourceRef="large" targetRef="rejected"/>
  <userTask id="B"/><sequenceFlow id="f5" sourceRef="B" targetRef="reckon"/>
  <scriptTask id="reckon" scriptFormat="javascript"><script><![CDATA[
    this.environment.output.total = this.environment.variables.amount * 2; next();]]></script></scriptTask>
  <sequenceFlow id="f6" sourceRef="reckon" targetRef="done"/>
  <endEvent id="done"/><endEvent id="rejected"/>
 </process>
</definitions>`;

async function fill(count) {
  const client = new pg.Client(database);
  await client.connect();
  const engine = Engine({ name: "order", source: ORDER,
    variables: { amount: 150, title: "paper", urgent: false, count: 3, note: "as last year" } });
  await engine.execute({ listener: new EventEmitter() });
  const state = JSON.stringify(await engine.getState());
  await client.query("CREATE TABLE peer (id bigserial PRIMARY KEY, rev int, state text)");
  await client.query("INSERT INTO peer (rev, state) SELECT 0, $1 FROM generate_series(1, $2::int)", [state, count]);
  await client.query("VACUUM ANALYZE");
  await client.end();
  process.exit(0);
}

async function complete(client, id, values) {
  await client.query("BEGIN");
  const found = await client.query(
    { name: "read", text: "SELECT state FROM peer WHERE id = $1 FOR UPDATE", values: [id] });
  const listener = new EventEmitter();
  let waiting;
  listener.on("wait", (task) => { waiting = task; });
  const engine = Engine().recover(JSON.parse(found.rows[0].state));
  await engine.resume({ listener });
  const task = waiting;
  if (task.id !== "A") throw new Error("gone");
  Object.assign(task.environment.variables, values);
  task.signal(values);
  const state = JSON.stringify(await engine.getState());
  await client.query(
    { name: "save", text: "UPDATE peer SET state = $1, rev = rev + 1 WHERE id = $2", values: [state, id] });
  await client.query("COMMIT");
  const next = waiting && waiting.id;
  await engine.stop();
  if (next !== "B") throw new Error(`it went to ${next}`);
}

function serve(port) {
  const pool = new pg.Pool({ ...database, max: 4 });
  http.createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const id = /^\/tasks\/(\d+)$/.exec(request.url)?.[1];
    if (!id) { response.statusCode = 404; response.end("no"); return; }
    const client = await pool.connect();
    try {
      await complete(client, id, JSON.parse(body));
      response.end(JSON.stringify({ task: id }));
    } catch (failure) {
      await client.query("ROLLBACK");
      response.statusCode = 500;
      response.end(String(failure));
    } finally { client.release(); }
  }).listen(port, "127.0.0.1");
}

const [what, number] = process.argv.slice(2);
if (what === "fill") await fill(Number(number));
else if (cluster.isPrimary) {
  for (let at = 0; at < 2; at += 1) cluster.fork();
  process.on("SIGTERM", () => process.exit(0));
} else serve(Number(number));
