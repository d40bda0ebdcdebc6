package dev.retort.supernet;

import com.google.common.collect.ConcurrentHashMultiset;
import com.google.common.collect.Multiset;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import java.lang.reflect.Proxy;

/** Counts the calls of eager kernels, by the operation's name. */
final class CountingKernels {
  private final Multiset<String> calls = ConcurrentHashMultiset.create();
  private final Kernels kernels;

  CountingKernels() {
    Kernels eager = new EagerKernels();
    kernels = (Kernels) Proxy.newProxyInstance(
        Kernels.class.getClassLoader(),
        new Class<?>[] {Kernels.class},
        (proxy, method, arguments) -> {
          calls.add(method.getName());
          return method.invoke(eager, arguments);
        });
  }

  Kernels kernels() {
    return kernels;
  }

  Multiset<String> calls() {
    return calls;
  }
}
