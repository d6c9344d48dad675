import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.camunda.bpm.client.ExternalTaskClient;
import org.camunda.bpm.client.interceptor.auth.BasicAuthProvider;

/** A worker written with Camunda's client for Java: does three tasks its three ways, then ends. */
public class Worker {
  public static void main(String[] given) throws Exception {
    CountDownLatch left = new CountDownLatch(3);
    ExternalTaskClient client = ExternalTaskClient.create()
        .baseUrl(given[0])
        .addInterceptor(new BasicAuthProvider(given[1], given[2]))
        .workerId("java")
        .maxTasks(1)
        .asyncResponseTimeout(5000)
        .build();
    client.subscribe("transfer").lockDuration(20000).handler((task, service) -> {
      Number amount = task.getVariable("amount");
      if (amount.intValue() == 1) {
        service.complete(task, Map.of("receipt", "paid " + amount));
      } else if (amount.intValue() == 2) {
        service.handleBpmnError(task, "HTTP-422", "refused");
      } else {
        service.extendLock(task, 60000);
        service.handleFailure(task, "no ink", "the drawer is empty", 0, 0);
      }
      left.countDown();
    }).open();
    boolean isDone = left.await(40, TimeUnit.SECONDS);
    client.stop();
    System.exit(isDone ? 0 : 1);
  }
}
