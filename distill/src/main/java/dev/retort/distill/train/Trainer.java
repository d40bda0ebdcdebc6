package dev.retort.distill.train;

import static com.google.common.collect.ImmutableMap.toImmutableMap;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ListMultimap;
import dev.retort.data.Batch;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objective;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import dev.retort.space.UserException;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Gradients;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Resolution;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;
import dev.retort.supernet.kernel.TensorLists;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one loop of all training.
 *
 * <p>Each step: one batch, one pass of the teacher, then for each sub-network of the step its
 * forward pass, losses and backward pass, gradients adding up in the shared weights; the guard
 * against numbers that are not finite; clipping; one update of the weights that were touched.
 *
 * <p>Batch normalisations use the statistics of the batch. The running ones follow every batch of
 * the whole network, also those whose gradients are added to one step, as PyTorch's do; not those
 * of sub-networks, and not those of a step that was skipped.
 */
public final class Trainer implements AutoCloseable {
  /** PyTorch's default: the share that a batch has in the running statistics. */
  private static final double STATISTICS_MOMENTUM = 0.1;

  private final Stage stage;
  private final NDManager manager;
  private final Optimizer optimizer;
  private final TensorLists lists = new TensorLists();
  private final Gradients gradients;
  private final List<Parameter> parameters = new ArrayList<>();
  /** The objectives' own. */
  private final List<Parameter> extras = new ArrayList<>();

  private final Set<String> names = new HashSet<>();
  private long done;
  private int skippedInARow;

  /** One tensor: trained by gradients, or measured by batch normalisations. */
  private record Parameter(String name, NDArray value, boolean trained, boolean decays) {}

  /** A tensor and what collects its gradient in one step; itself where it is not trained. */
  private record Leaf(Parameter parameter, NDArray array) {}

  /**
   * Makes ready for the first step.
   *
   * @param stage what is trained
   * @param parent the manager that state lives under until this is closed
   */
  public Trainer(Stage stage, NDManager parent) {
    this.stage = stage;
    this.manager = parent.newSubManager();
    this.optimizer = new Optimizer(stage.options().optimizer(), manager);
    this.gradients = new Gradients(manager);
    Weights full = stage.student().full();
    add(full.architecture().blueprint().tensors(), full.tensors());
    for (WeightedObjective term : stage.objectives()) {
      ImmutableList<TensorSpec> specs =
          term.objective().extras(full.architecture(), term.teacherOr(full.architecture()));
      int before = parameters.size();
      ImmutableList<TensorSpec> own = specs.stream()
          .map(spec -> new TensorSpec(term.tensor(spec.name()), spec.axes(), spec.role()))
          .collect(ImmutableList.toImmutableList());
      add(own, InitialWeights.tensors(own, stage.streams(), manager));
      extras.addAll(parameters.subList(before, parameters.size()));
    }
  }

  private void add(List<TensorSpec> specs, ImmutableMap<String, NDArray> tensors) {
    for (TensorSpec spec : specs) {
      NDArray tensor = Objects.requireNonNull(tensors.get(spec.name()), spec.name());
      if (!names.add(spec.name())) {
        throw new IllegalArgumentException(
            "Two objectives of stage " + stage.name() + " have a tensor (" + spec.name() + ")");
      }
      boolean trained = spec.role().trained() && !stage.frozen().contains(spec.name());
      parameters.add(new Parameter(spec.name(), tensor, trained, spec.decays()));
    }
  }

  /**
   * Takes up the newest state that is kept, if there is one.
   *
   * @return steps that are done
   */
  public long resume(Checkpoints checkpoints) {
    try (NDManager scratch = manager.newSubManager()) {
      checkpoints.latest(scratch).ifPresent(this::restore);
    }
    return done;
  }

  /**
   * Trains to the end of the stage, or until it is told to stop.
   *
   * @param checkpoints where the state is kept
   * @param stop asked before each step
   * @return whether the stage is done
   */
  public boolean run(Checkpoints checkpoints, TrainingListener listener, BooleanSupplier stop) {
    long before = done;
    long every = stage.options().checkpointEvery();
    while (done < stage.options().steps()) {
      if (stop.getAsBoolean()) {
        checkpoints.save(state());
        return false;
      }
      listener.step(step());
      if (every > 0 && done % every == 0 && done < stage.options().steps()) {
        checkpoints.save(state());
      }
    }
    if (done > before) {
      checkpoints.save(state());
    }
    return true;
  }

  /** What must be saved to go on from here. */
  public TrainingState state() {
    return new TrainingState(
        done,
        skippedInARow,
        parameters.stream().collect(toImmutableMap(Parameter::name, Parameter::value)),
        optimizer.state());
  }

  /** A copy of the objectives' own tensors by name, for the given manager. */
  public ImmutableMap<String, NDArray> extras(NDManager owner) {
    ImmutableMap.Builder<String, NDArray> copies = ImmutableMap.builder();
    for (Parameter parameter : extras) {
      NDArray copy = parameter.value().duplicate();
      copy.attach(owner);
      copies.put(parameter.name(), copy);
    }
    return copies.buildOrThrow();
  }

  private void restore(TrainingState saved) {
    try (Autograd off = Autograd.off()) {
      for (Parameter parameter : parameters) {
        NDArray value = saved.weights().get(parameter.name());
        if (value == null || !value.getShape().equals(parameter.value().getShape())) {
          throw new UserException(
              UserException.Kind.INPUT,
              "The checkpoint of " + stage.name() + " has no tensor " + parameter.name()
                  + " of shape " + parameter.value().getShape()
                  + "; it belongs to another run: give another output folder");
        }
      }
      for (Parameter parameter : parameters) {
        NDArray value = require(saved.weights().get(parameter.name()));
        // Into the same memory: others may have views of it.
        parameter.value().set(new NDIndex().addAllDim(value.getShape().dimension()), value);
      }
      optimizer.restore(saved.optimizer());
      done = saved.step();
      skippedInARow = saved.skipped();
    }
  }

  /** Trains one step. */
  public StepReport step() {
    try (NDManager scope = manager.newSubManager()) {
      // Fresh leaves each step: what has a gradient afterwards is what the step touched.
      List<Leaf> leaves = parameters.stream()
          .map(each ->
              new Leaf(each, each.trained() ? Autograd.leaf(each.value(), scope) : each.value()))
          .toList();
      ImmutableMap<String, NDArray> byName =
          leaves.stream().collect(toImmutableMap(each -> each.parameter().name(), Leaf::array));
      SharedWeights shared = stage.student().over(byName, gradients);
      Dropout dropout = Dropout.seeded(stage.options().dropout(), stage.streams(), done);
      ImmutableList<Architecture> chosen = stage.sampler().at(stage.streams(), done);

      // Gradients add up over batches and sub-networks.
      ListMultimap<String, NDArray> values = ArrayListMultimap.create();
      List<ImmutableMap<String, NDArray>> measured = new ArrayList<>();
      int accumulate = stage.options().accumulate();
      for (int part = 0; part < accumulate; part++) {
        Batch batch = stage.batches().batch(done * accumulate + part, scope);
        Taught taught = Taught.of(active(), chosen, batch);
        for (Architecture sub : chosen) {
          try (NDScope pass = new NDScope();
              Autograd recording = Autograd.recording()) {
            pass.suppressNotUsedWarning();
            Outputs outputs = forward(sub, shared.view(sub, scope), batch, dropout);
            // A sub-network's are of other activations; it is recalibrated where it is used.
            if (sub.equals(shared.full().architecture())) {
              outputs.statistics().values().forEach(NDScope::unregister);
              measured.add(outputs.statistics());
            }
            NDArray loss = loss(sub, outputs, taught, batch, byName, values);
            Autograd.backward(accumulate == 1 ? loss : Scaling.by(loss, 1.0 / accumulate));
          }
        }
      }
      try (Autograd off = Autograd.off()) {
        return update(leaves, values, measured, scope);
      } finally {
        gradients.clear();
      }
    }
  }

  /** The terms that count at this step. */
  private ImmutableList<WeightedObjective> active() {
    return stage.objectives().stream()
        .filter(each -> each.weight().at(done) > 0)
        .collect(ImmutableList.toImmutableList());
  }

  private Outputs forward(Architecture sub, Weights view, Batch batch, Dropout dropout) {
    boolean logits = false;
    ImmutableSet.Builder<Tap> taps = ImmutableSet.builder();
    for (WeightedObjective term : active()) {
      Objective.Needs needs = term.needs(sub);
      logits |= needs.logits();
      taps.addAll(needs.studentTaps());
    }
    // Made anew each time: that is cheap, and a large space would fill a map of them.
    return Network.of(sub, stage.kernels())
        .forward(
            view,
            Resolution.fit(batch, sub, stage.kernels()),
            new Request(logits, taps.build(), dropout, Normalization.BATCH));
  }

  /** The weighted loss of one sub-network; keeps each term before its weight. */
  private NDArray loss(
      Architecture sub,
      Outputs outputs,
      Taught taught,
      Batch batch,
      ImmutableMap<String, NDArray> leaves,
      ListMultimap<String, NDArray> values) {
    NDArray sum = null;
    for (WeightedObjective term : active()) {
      LossInputs inputs = new LossInputs(
          outputs, taught.of(term), batch, sub, term.teacherOr(sub), term.own(leaves));
      NDArray value = term.objective().loss(inputs);
      NDArray detached = value.stopGradient();
      NDScope.unregister(detached);
      values.put(term.label(), detached);
      NDArray weighted = Scaling.by(value, term.weight().at(done));
      sum = sum == null ? weighted : sum.add(weighted);
    }
    return require(sum);
  }

  private static NDArray require(@Nullable NDArray array) {
    return Objects.requireNonNull(array, "a stage has weights and an objective");
  }

  /** Guards, clips and updates what the step touched. */
  private StepReport update(
      List<Leaf> leaves,
      ListMultimap<String, NDArray> values,
      List<ImmutableMap<String, NDArray>> measured,
      NDManager scope) {
    List<Optimizer.Update> touched = new ArrayList<>();
    for (Leaf leaf : leaves) {
      NDArray gradient = leaf.parameter().trained() ? gradient(leaf) : null;
      if (gradient != null) {
        Parameter parameter = leaf.parameter();
        touched.add(new Optimizer.Update(
            parameter.name(), parameter.value(), gradient, parameter.decays()));
      }
    }
    List<NDArray> found = touched.stream().map(Optimizer.Update::gradient).toList();
    float[] read = read(values, found, scope);
    ImmutableMap.Builder<String, Double> means = ImmutableMap.builder();
    double loss = 0;
    int at = 0;
    for (WeightedObjective term : active()) {
      int count = values.get(term.label()).size();
      double mean = mean(read, at, count);
      at += count;
      means.put(term.label(), mean);
      loss += term.weight().at(done) * mean;
    }
    double norm = read[at];
    OptimizerOptions options = stage.options().optimizer();
    double rate = options.rate(done, stage.options().steps());
    boolean finite = Double.isFinite(loss) && Double.isFinite(norm);
    if (finite && !touched.isEmpty()) {
      if (options.clip() > 0 && norm > options.clip()) {
        lists.scale(found, options.clip() / (norm + 1e-6));
      }
      optimizer.update(touched, rate);
    }
    if (finite) {
      for (ImmutableMap<String, NDArray> batch : measured) {
        batch.forEach((name, each) -> follow(stage.student().full().get(name), each));
      }
    }
    skippedInARow = finite ? 0 : skippedInARow + 1;
    done++;
    if (skippedInARow >= stage.options().patience()) {
      throw new UserException(
          UserException.Kind.USAGE,
          "Stage " + stage.name() + " gave numbers that are not finite in " + skippedInARow
              + " steps in a row, up to step " + done + ": lower optimizer.rate (" + options.rate()
              + "), or look for broken examples; checkpoints up to then are intact");
    }
    return new StepReport(
        stage.name(),
        done,
        stage.options().steps(),
        loss,
        means.buildOrThrow(),
        norm,
        rate,
        !finite);
  }

  /** What the engine found and what backward passes that are written by hand did, or null. */
  private @Nullable NDArray gradient(Leaf leaf) {
    NDArray engine = Autograd.gradient(leaf.array());
    NDArray hand = gradients.find(leaf.parameter().name());
    return hand == null ? engine : engine == null ? hand : hand.addi(engine);
  }

  /** Moves a running statistic of the whole network a tenth of the way to that of a batch. */
  private static void follow(NDArray running, NDArray batch) {
    try (NDArray difference = batch.sub(running);
        NDArray step = Scaling.by(difference, STATISTICS_MOMENTUM)) {
      running.addi(step);
    }
    batch.close();
  }

  /**
   * The losses, term by term, and the norm of the gradients, read at once: the one place where a
   * step waits for its device.
   */
  private float[] read(ListMultimap<String, NDArray> values, List<NDArray> found, NDManager scope) {
    NDList all = new NDList();
    for (WeightedObjective term : active()) {
      for (NDArray value : values.get(term.label())) {
        all.add(value.toType(DataType.FLOAT32, false).reshape(1));
      }
    }
    all.add(
        found.isEmpty() ? scope.zeros(new Shape(1)) : lists.norm(found, scope).reshape(1));
    return NDArrays.concat(all).toFloatArray();
  }

  private static double mean(float[] read, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += read[i];
    }
    return sum / count;
  }

  /** Frees the optimiser's state and the objectives' own tensors; the student's weights stay. */
  @Override
  public void close() {
    manager.close();
  }
}
