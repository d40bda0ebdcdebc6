package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.Example;
import dev.retort.data.LabeledText;
import dev.retort.data.Metric;
import dev.retort.data.Task;
import dev.retort.data.TextBatch;
import dev.retort.data.TextTable;
import dev.retort.data.Tokenizer;
import dev.retort.data.WordPieceTokenizer;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.procedure.MixKd;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Span;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * MixKD on few sentences: students and teacher of {@link TextFixture}; what the embeddings of two
 * sentences give, normalised and with their positions, is mixed. B batch, S tokens, H hidden.
 */
final class MixKdFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS =
      ImmutableMap.of("sentences", "42", "test", "150", "epochs", "24", "teacher-epochs", "2");

  private static final String ACCURACY = "accuracy";

  /** The same loss of sentences that are not mixed. */
  private static final String UNMIXED = "mixkd-unmixed";

  private static final String MIXED = "mixkd";
  private static final double SHAPE = 0.4;
  private static final MixKd LOSS = new MixKd();

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final Dataset<Example> train;
  private final Dataset<Example> test;
  private final float[] labels;
  private final KeptTeacher teacher;

  MixKdFixture(Arguments given, PrintStream out) {
    this.given = given;
    Path data = given.folder("data");
    TextTable task = TextTable.open("authors", data);
    Tokenizer tokenizer = WordPieceTokenizer.read(data.resolve("vocab.txt"), true);
    List<LabeledText> all = task.readLabeled(task.file(data, Task.Split.TRAIN));
    List<LabeledText> tests = task.readLabeled(task.file(data, Task.Split.TEST));
    this.train = TextFixture.store(tokenizer, TextFixture.first(all, given.count("sentences")));
    this.test = TextFixture.store(tokenizer, TextFixture.first(tests, given.count("test")));
    this.labels = Agreement.labels(test);
    this.teacher = TextFixture.teacher(given, tokenizer, all, manager, out);
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Authors: %d sentences, the first %s of each of 12 authors, %d test sentences; student"
            + " `%s`, %s epochs of batches of %d, AdamW at %s, dropout %s; teacher `%s`, %s epochs"
            + " on all training sentences; shares of mixing from Beta(%s, %s).",
        train.size(),
        given.text("sentences"),
        test.size(),
        TextFixture.SMALL,
        given.text("epochs"),
        TextFixture.BATCH,
        TextFixture.RATE,
        TextFixture.DROPOUT,
        TextFixture.LARGE,
        given.text("teacher-epochs"),
        SHAPE,
        SHAPE);
  }

  @Override
  public Headline headline() {
    return new Headline(ACCURACY, "test accuracy, %", true, 2);
  }

  @Override
  public String teachers() {
    float[][] answers = teacher.answers(test, TextFixture.AT_ONCE, manager);
    return String.format(
        Locale.ROOT,
        "The teacher (%,d parameters) is right on %.2f %% of the test sentences; the student has"
            + " %,d parameters.",
        KeptTeacher.parameters(TextFixture.LARGE),
        100 * Metrics.score(Metric.ACCURACY, answers, labels).value(),
        KeptTeacher.parameters(TextFixture.SMALL));
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    Term task = Term.of(Entrant.PLAIN, 1);
    return ImmutableList.of(
        Entrant.plain(),
        Entrant.of("kd", task, Term.of("kd", 1)),
        Entrant.of(UNMIXED, task, Term.of("mixkd, nothing mixed", 1)).against("kd"),
        Entrant.of(MIXED, task, Term.of("mixkd", 1)).against(UNMIXED));
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    RandomStreams streams = new RandomStreams(seed);
    Weights weights = InitialWeights.random(TextFixture.SMALL, streams, owner);
    Network student = Network.of(TextFixture.SMALL, new EagerKernels());
    BatchPlan plan = new BatchPlan(train, TextFixture.BATCH, streams);
    long steps = Math.max(1, Math.round(given.positive("epochs") * plan.batchesPerEpoch()));
    long begin = System.nanoTime();
    new Loop(steps, TextFixture.RATE)
        .run(
            weights,
            (leaves, step, scope) -> {
              TextBatch batch = (TextBatch) train.batch(scope, plan.batch(step), null);
              Step now = new Step(student, leaves, batch, streams, step);
              return loss(entrant.name(), now);
            },
            owner);
    double milliseconds = (System.nanoTime() - begin) / 1e6 / steps;
    float[][] logits = Prediction.logits(student, weights, test, TextFixture.AT_ONCE, owner);
    return Trial.of(ImmutableMap.of(
        Trial.STEP,
        milliseconds,
        ACCURACY,
        100 * Metrics.score(Metric.ACCURACY, logits, labels).value()));
  }

  /** What a step's loss is made from. */
  private record Step(
      Network student, Weights weights, TextBatch batch, RandomStreams streams, long number) {
    NDArray logits() {
      return student
          .forward(weights, batch, new Request(true, ImmutableSet.of(), dropout("clean")))
          .requireLogits();
    }

    Dropout dropout(String pass) {
      long own = streams.number("mixkd-dropout/" + pass, number, 0);
      return Dropout.seeded(TextFixture.DROPOUT, new RandomStreams(own), number);
    }
  }

  private NDArray loss(String entrant, Step now) {
    NDArray labelled = now.batch().labels();
    NDArray clean = now.logits();
    if (entrant.equals(Entrant.PLAIN)) {
      return new CrossEntropy().loss(clean, labelled);
    }
    RandomGenerator random = now.streams().at("mixkd", now.number());
    double lambda = entrant.equals(MIXED)
        ? new BetaDistribution(SHAPE, SHAPE).inverseCumulativeProbability(random.nextDouble())
        : 1;
    NDArray partners = clean.getManager().create(permutation(now.batch().size(), random));
    NDArray others = labelled.gather(partners, 0);
    TextBatch both = together(now.batch(), partners);
    NDArray taught;
    try (Autograd off = Autograd.off()) {
      taught = mixed(
          teacher.network(), teacher.weights(), now.batch(), both, partners, lambda, Dropout.NONE);
    }
    if (entrant.equals("kd")) {
      // Of the sentences as they are, whose logits the student has given already.
      MixKd plain = new MixKd(0, 1, MixKd.Distance.KL);
      return plain.total(plain.terms(clean, clean, taught, labelled, labelled, 1));
    }
    NDArray own = mixed(
        now.student(), now.weights(), now.batch(), both, partners, lambda, now.dropout("mixed"));
    return LOSS.total(LOSS.terms(clean, own, taught, labelled, others, lambda));
  }

  /**
   * The logits of mixed embeddings, [B,C].
   *
   * @param batch the sentences
   * @param both the same with the masks of their partners too
   * @param partners whom each is mixed with, [B]
   * @param lambda the share of its own; at 1 these are the very logits of the sentences
   */
  static NDArray mixed(
      Network network,
      Weights weights,
      TextBatch batch,
      TextBatch both,
      NDArray partners,
      double lambda,
      Dropout dropout) {
    ImmutableList<String> blocks = network.blocks();
    NDArray embeddings = network
        .forward(
            weights,
            batch,
            Span.to(blocks.get(0)),
            null,
            new Request(false, ImmutableSet.of(), dropout))
        .requireHidden();
    NDArray entry = MixKd.mixed(embeddings, partners, lambda);
    return network
        .forward(
            weights,
            lambda == 1 ? batch : both,
            Span.from(blocks.get(1)),
            entry,
            new Request(true, ImmutableSet.of(), dropout))
        .requireLogits();
  }

  /** Each sentence with the tokens of its partner beside its own: the union of their masks. */
  static TextBatch together(TextBatch batch, NDArray partners) {
    NDArray spread = partners.reshape(batch.size(), 1).broadcast(batch.mask().getShape());
    NDArray mask = batch.mask().maximum(batch.mask().gather(spread, 0));
    return new TextBatch(batch.ids(), batch.types(), mask, batch.labels(), batch.indices());
  }

  private static long[] permutation(int count, RandomGenerator random) {
    long[] order = new long[count];
    for (int i = 0; i < count; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  @Override
  public void close() {
    manager.close();
  }
}
