package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Batch;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.Example;
import dev.retort.data.TokenBlocks;
import dev.retort.data.Tokenizer;
import dev.retort.distill.train.FrozenTeacher;
import dev.retort.distill.train.Teacher;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stories: a decoder of 260 k parameters writes them and teaches a smaller one, which is measured
 * on others that it wrote. The student knows some of the language before it is taught, as
 * DistiLLM's does: from noise the reverse divergences hardly begin to learn. N tokens, V
 * vocabulary.
 */
final class LanguageFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS = ImmutableMap.of(
      "texts", "600",
      "held-out", "100",
      "tokens", "128",
      "start-epochs", "8",
      "epochs", "2");

  static final String LOSS = "loss";
  static final String FORWARD = "forward-kl";
  static final String REVERSE = "reverse-kl";

  private static final int BATCH = 16;
  private static final double START_RATE = 3e-3;
  private static final double RATE = 1e-3;

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final Weights large;
  private final Network teaching;
  private final Architecture small;
  private final Dataset<Example> test;
  private final Training beginning;
  private final Training training;
  private final Map<Long, Weights> begun = new ConcurrentHashMap<>();
  private final ImmutableMap<String, Teacher> teachers;
  private final double teachersLoss;

  LanguageFixture(Arguments given, PrintStream out) {
    this.given = given;
    Path data = given.folder("data");
    this.large = ModelFolder.read(data, manager).weights();
    this.teaching = Network.of(large.architecture(), new EagerKernels());
    this.small = large
        .architecture()
        .with("layers", Value.of(2))
        .with("hidden", Value.of(32))
        .with("heads", Value.of(4))
        .with("ratio", Value.of(2.75));
    Tokenizer tokenizer = Tokenizer.read(data);
    int held = given.count("held-out");
    List<int[]> texts = new Stories(given.count("texts") + held, given.count("tokens"))
        .read(given.folder("work"), tokenizer, teaching, large, out);
    int tokens = given.count("tokens");
    Dataset<Example> train =
        TokenBlocks.padded(texts.subList(held, texts.size()), tokens, tokenizer.pad());
    this.test = TokenBlocks.padded(texts.subList(0, held), tokens, tokenizer.pad());
    this.beginning = new Training(train, BATCH, given.positive("start-epochs"), START_RATE, 0);
    this.training = new Training(train, BATCH, given.positive("epochs"), RATE, 0);
    this.teachers = ImmutableMap.of(Entrant.TEACHER, new FrozenTeacher(teaching, large));
    this.teachersLoss = Trial.of(measures(teaching, large, manager)).get(LOSS);
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Stories of at most %s tokens that the teacher wrote (temperature 1): %s to learn from, %s"
            + " to measure; teacher stories260k `%s`; student `%s`, begun with %s epochs of"
            + " cross-entropy, AdamW at %s, the same for all entrants of a seed; then %s epochs of"
            + " the entrant's losses, AdamW at %s; batches of %d.",
        given.text("tokens"),
        given.text("texts"),
        given.text("held-out"),
        large.architecture(),
        small,
        given.text("start-epochs"),
        START_RATE,
        given.text("epochs"),
        RATE,
        BATCH);
  }

  @Override
  public Headline headline() {
    return new Headline(LOSS, "held-out loss, nats a token", false, 4);
  }

  @Override
  public String teachers() {
    return String.format(
        Locale.ROOT,
        "The teacher (%,d parameters) has a loss of %.4f on these stories; the student has %,d"
            + " parameters.",
        KeptTeacher.parameters(large.architecture()),
        teachersLoss,
        KeptTeacher.parameters(small));
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    return LanguageEntrants.ALL;
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    Weights start = begun.computeIfAbsent(seed, this::begin).copy(owner);
    Pupil pupil = Pupil.trained(entrant, start, teachers, training, seed, owner);
    return Trial.of(ImmutableMap.<String, Double>builder()
        .putAll(pupil.measures())
        .putAll(measures(Network.of(small, new EagerKernels()), pupil.weights(), owner))
        .buildOrThrow());
  }

  /** A student that was trained with labels alone: divergences are for such, not for noise. */
  private Weights begin(long seed) {
    return Pupil.trained(Entrant.plain(), small, teachers, beginning, seed, manager)
        .weights();
  }

  /** Means over all held-out tokens: the loss, and both divergences from the teacher. */
  private ImmutableMap<String, Double> measures(Network network, Weights weights, NDManager owner) {
    double[] sums = new double[3];
    long tokens = 0;
    try (Autograd off = Autograd.off()) {
      for (int[] indices : BatchPlan.sequential(test, BATCH)) {
        try (NDManager scratch = owner.newSubManager()) {
          Batch batch = test.batch(scratch, indices, null);
          NDArray own = logs(network, weights, batch);
          NDArray other = logs(teaching, large, batch);
          NDArray labels = batch.labels().toType(DataType.INT64, false).expandDims(1);
          NDArray gap = other.sub(own);
          sums[0] -= own.gather(labels, 1).sum().getFloat();
          sums[1] += other.exp().mul(gap).sum().getFloat();
          sums[2] -= own.exp().mul(gap).sum().getFloat();
          tokens += labels.size();
        }
      }
    }
    return ImmutableMap.of(
        LOSS, sums[0] / tokens, FORWARD, sums[1] / tokens, REVERSE, sums[2] / tokens);
  }

  /** The log-probabilities of the tokens that have labels [N,V]. */
  private static NDArray logs(Network network, Weights weights, Batch batch) {
    return network.forward(weights, batch, Request.LOGITS).requireLogits().logSoftmax(1);
  }

  @Override
  public void close() {
    manager.close();
  }
}
