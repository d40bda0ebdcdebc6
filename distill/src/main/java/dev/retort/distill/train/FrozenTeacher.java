package dev.retort.distill.train;

import ai.djl.ndarray.NDScope;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.space.Architecture;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;

/** A network that is not trained. No graph is recorded. */
public final class FrozenTeacher implements Teacher {
  private final Network network;
  private final Weights weights;

  /** A teacher; the weights stay the caller's, and nobody may change them from now on. */
  public FrozenTeacher(Network network, Weights weights) {
    this.network = network;
    this.weights = weights.lasting(weights.tensors().values().asList().get(0).getManager());
  }

  @Override
  public Architecture architecture() {
    return network.architecture();
  }

  @Override
  public Outputs outputs(Batch batch, boolean logits, ImmutableSet<Tap> taps) {
    if (!logits && taps.isEmpty()) {
      return new Outputs(null, ImmutableMap.of());
    }
    try (NDScope pass = new NDScope();
        Autograd off = Autograd.off()) {
      pass.suppressNotUsedWarning();
      Outputs outputs = network.forward(weights, batch, new Request(logits, taps, Dropout.NONE));
      if (outputs.logits() != null) {
        NDScope.unregister(outputs.logits());
      }
      outputs.taps().values().forEach(NDScope::unregister);
      return new Outputs(outputs.logits(), outputs.taps());
    }
  }
}
