// A worker written with camunda-external-task-client-js: does three tasks its three ways, then ends.
// node worker.mjs CLIENT BASE_URL USER PASSWORD
const [, , library, baseUrl, username, password] = process.argv;
const { BasicAuthInterceptor, Client, Variables } = await import(library);

const client = new Client({
  baseUrl,
  interceptors: new BasicAuthInterceptor({ username, password }),
  asyncResponseTimeout: 5000,
  maxTasks: 1,
  workerId: "js",
});
let left = 3;
client.subscribe("transfer", { lockDuration: 20000 }, async ({ task, taskService }) => {
  const amount = task.variables.get("amount");
  if (amount === 1) {
    await taskService.complete(task, new Variables().set("receipt", `paid ${amount}`));
  } else if (amount === 2) {
    await taskService.handleBpmnError(task, "HTTP-422", "refused");
  } else {
    await taskService.extendLock(task, 60000);
    await taskService.handleFailure(task, { errorMessage: "no ink", retries: 0, retryTimeout: 0 });
  }
  left -= 1;
  if (left === 0) client.stop();
});
