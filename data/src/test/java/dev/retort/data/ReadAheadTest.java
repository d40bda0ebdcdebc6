package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.retort.space.UserException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ReadAheadTest {
  private final NDManager manager = absent(NDManager.class);

  @Test
  void batchesComeInWhateverOrderTheyAreAskedFor() {
    try (ReadAhead ahead = new ReadAhead(ReadAheadTest::numbered, 3, 2)) {
      for (long number : new long[] {0, 1, 2, 3, 7, 8, 2, 2, 3}) {
        assertThat(ahead.batch(number, manager).indices()).containsExactly((int) number);
      }
    }
  }

  @Test
  void whatWaitsIsBounded() throws InterruptedException {
    AtomicInteger most = new AtomicInteger();
    CountDownLatch four = new CountDownLatch(4);
    try (ReadAhead ahead = new ReadAhead(
        number -> {
          most.accumulateAndGet((int) number, Math::max);
          four.countDown();
          return numbered(number);
        },
        3,
        1)) {
      ahead.batch(0, manager);
      four.await();
      assertThat(most).hasValue(3);
      ahead.batch(1, manager);
      ahead.batch(2, manager);
      assertThat(most.get()).isLessThanOrEqualTo(5);
    }
  }

  @Test
  void mistakesComeWithTheBatchThatTheyBelongTo() {
    UserException broken = new UserException(UserException.Kind.INPUT, "x.png: is broken");
    try (ReadAhead ahead = new ReadAhead(
        number -> {
          if (number == 1) {
            throw broken;
          }
          return numbered(number);
        },
        2,
        1)) {
      assertThat(ahead.batch(0, manager).size()).isEqualTo(1);
      assertThatThrownBy(() -> ahead.batch(1, manager)).isSameAs(broken);
      assertThat(ahead.batch(2, manager).indices()).containsExactly(2);
    }
    assertThatThrownBy(() -> new ReadAhead(ReadAheadTest::numbered, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closingStopsABatchThatIsBeingPrepared() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicReference<Thread> preparing = new AtomicReference<>();
    try (ReadAhead ahead = new ReadAhead(
        number -> {
          if (number == 1) {
            preparing.set(Thread.currentThread());
            begun.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              stopped.countDown();
              Thread.currentThread().interrupt();
            }
          }
          return numbered(number);
        },
        2,
        1)) {
      ahead.batch(0, manager);
      begun.await();
    }
    stopped.await();
    assertThat(preparing.get())
        .matches(Thread::isDaemon)
        .extracting(Thread::getName)
        .isEqualTo("retort-read-ahead");
  }

  private static PreparedBatch numbered(long number) {
    NDArray none = absent(NDArray.class);
    return manager -> new ImageBatch(none, none, new int[] {(int) number});
  }

  /** Stands for what is never called. */
  private static <T> T absent(Class<T> type) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null));
  }
}
