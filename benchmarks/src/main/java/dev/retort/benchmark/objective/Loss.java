package dev.retort.benchmark.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objective;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;

/**
 * A subject with its inputs at hand: normal numbers in the shapes of what networks give.
 */
final class Loss implements AutoCloseable {
  private final NDManager manager = NDManager.newBaseManager();
  private final Material material;
  private final Objective objective;
  private final Batch batch;
  private final Outputs student;
  private final Outputs teacher;
  /** The objective's own tensors that are trained, and those that it keeps. */
  private final ImmutableMap<String, NDArray> trained;

  private final ImmutableMap<String, NDArray> kept;

  Loss(Subject subject) {
    this.material = subject.material();
    this.objective = subject.make();
    this.batch = material.batch(manager);
    Objective.Needs needs = objective.needs(material.student(), material.teacher());
    this.student = outputs("student", material.student(), needs.studentTaps());
    this.teacher = outputs("teacher", material.teacher(), needs.teacherTaps());
    this.trained = extras(true);
    this.kept = extras(false);
  }

  private ImmutableMap<String, NDArray> extras(boolean trainable) {
    ImmutableList<TensorSpec> specs =
        objective.extras(material.student(), material.teacher()).stream()
            .filter(each -> each.role().trained() == trainable)
            .collect(ImmutableList.toImmutableList());
    return InitialWeights.tensors(specs, new RandomStreams(2), manager);
  }

  private Outputs outputs(String whose, Architecture architecture, ImmutableSet<Tap> taps) {
    ImmutableMap.Builder<Tap, NDArray> features = ImmutableMap.builder();
    if (!taps.isEmpty()) {
      try (NDManager scratch = manager.newSubManager();
          Autograd off = Autograd.off()) {
        Network.of(architecture, new EagerKernels())
            .forward(
                InitialWeights.random(architecture, new RandomStreams(2), scratch),
                material.example(scratch),
                new Request(false, taps, Dropout.NONE))
            .taps()
            .forEach((tap, value) ->
                features.put(tap, material.feature(whose, tap, value.getShape(), manager)));
      }
    }
    return new Outputs(material.logits(whose, manager), features.buildOrThrow());
  }

  /** The loss of fresh leaves, all of whose arrays belong to {@code scope}. */
  private NDArray loss(NDManager scope) {
    ImmutableMap.Builder<Tap, NDArray> taps = ImmutableMap.builder();
    student.taps().forEach((tap, value) -> taps.put(tap, Autograd.leaf(value, scope)));
    ImmutableMap.Builder<String, NDArray> own = ImmutableMap.builder();
    own.putAll(kept);
    trained.forEach((name, value) -> own.put(name, Autograd.leaf(value, scope)));
    Outputs leaves =
        new Outputs(Autograd.leaf(student.requireLogits(), scope), taps.buildOrThrow());
    return objective.loss(new LossInputs(
        leaves, teacher, batch, material.student(), material.teacher(), own.buildOrThrow()));
  }

  /** Computes the loss and takes it backward; its arrays are freed. */
  float lossAndBackward() {
    try (NDManager scope = manager.newSubManager();
        NDScope pass = new NDScope();
        Autograd recording = Autograd.recording()) {
      pass.suppressNotUsedWarning();
      NDArray loss = loss(scope);
      Autograd.backward(loss);
      return loss.getFloat();
    }
  }

  /**
   * The arrays that the loss makes and keeps until its graph is done with: what the managers of its
   * inputs have more of afterwards. Arrays that it closes on its way are not among them.
   */
  int arrays() {
    try (NDManager scope = manager.newSubManager();
        NDScope pass = new NDScope();
        Autograd recording = Autograd.recording()) {
      pass.suppressNotUsedWarning();
      int before = manager.getManagedArrays().size();
      int leaves = 1 + student.taps().size() + trained.size();
      loss(scope);
      return manager.getManagedArrays().size()
          - before
          + scope.getManagedArrays().size()
          - leaves;
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
