package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Dataset;
import dev.retort.data.Example;
import dev.retort.data.LabeledText;
import dev.retort.data.Metric;
import dev.retort.data.Task;
import dev.retort.data.TextTable;
import dev.retort.data.TokenStore;
import dev.retort.data.Tokenizer;
import dev.retort.data.WordPieceTokenizer;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.train.Teacher;
import dev.retort.space.Architecture;
import dev.retort.supernet.Network;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sentences of twelve authors: a BERT of four layers of 128 that saw every sentence teaches one of
 * two layers of 64, which sees some of each author.
 */
final class TextFixture implements Fixture {
  /** Its flags and their defaults. */
  static final ImmutableMap<String, String> DEFAULTS = ImmutableMap.of(
      "sentences", "200",
      "test", "150",
      "epochs", "8",
      "teacher-epochs", "2");

  /** The teacher without a cache, for outputs that caches do not keep. */
  static final String ASKED = "the teacher, asked at each step";

  static final String ACCURACY = "accuracy";
  static final String DIVERGENCE = "divergence";

  static final int LENGTH = 48;
  private static final String FAMILY =
      "bert:heads=4,ratio=4,vocabulary=8000,positions=48,classes=12,pooling=first,";
  static final Architecture LARGE = Architecture.parse(FAMILY + "layers=4,hidden=128,head-size=32");
  static final Architecture SMALL = Architecture.parse(FAMILY + "layers=2,hidden=64,head-size=16");
  private static final double TEMPERATURE = 2;
  static final int BATCH = 48;
  private static final int TEACHER_BATCH = 64;
  static final int AT_ONCE = 128;
  static final double RATE = 2e-3;
  private static final double TEACHER_RATE = 1e-3;
  static final double DROPOUT = 0.1;

  private final NDManager manager = NDManager.newBaseManager();
  private final Arguments given;
  private final Dataset<Example> test;
  private final float[] labels;
  private final Training training;
  private final ImmutableMap<String, Teacher> teachers;
  private final float[][] answers;

  TextFixture(Arguments given, PrintStream out) {
    this.given = given;
    Path data = given.folder("data");
    Path work = given.folder("work");
    TextTable task = TextTable.open("authors", data);
    Tokenizer tokenizer = WordPieceTokenizer.read(data.resolve("vocab.txt"), true);
    List<LabeledText> all = task.readLabeled(task.file(data, Task.Split.TRAIN));
    List<LabeledText> some = first(all, given.count("sentences"));
    List<LabeledText> tests = task.readLabeled(task.file(data, Task.Split.TEST));
    this.test = store(tokenizer, first(tests, given.count("test")));
    this.labels = Agreement.labels(test);
    Dataset<Example> train = store(tokenizer, some);
    this.training = new Training(train, BATCH, given.positive("epochs"), RATE, DROPOUT);
    KeptTeacher teacher = teacher(given, tokenizer, all, manager, out);
    this.teachers =
        ImmutableMap.of(Entrant.TEACHER, teacher.over(train, work, out), ASKED, teacher.asked());
    this.answers = teacher.answers(test, AT_ONCE, manager);
  }

  /** The teacher, which learns from all sentences. */
  static KeptTeacher teacher(
      Arguments given,
      Tokenizer tokenizer,
      List<LabeledText> all,
      NDManager manager,
      PrintStream out) {
    Training longer = new Training(
        store(tokenizer, all),
        TEACHER_BATCH,
        given.positive("teacher-epochs"),
        TEACHER_RATE,
        DROPOUT);
    String what = "authors, " + all.size() + " sentences, " + given.text("teacher-epochs");
    return KeptTeacher.of("authors", what, LARGE, longer, given.folder("work"), manager, out);
  }

  /** The first sentences of each author. */
  static List<LabeledText> first(List<LabeledText> all, int each) {
    Map<Float, Integer> taken = new TreeMap<>();
    List<LabeledText> some = new ArrayList<>();
    for (LabeledText text : all) {
      if (taken.merge(text.label(), 1, Integer::sum) <= each) {
        some.add(text);
      }
    }
    return some;
  }

  static Dataset<Example> store(Tokenizer tokenizer, List<LabeledText> texts) {
    return TokenStore.of(tokenizer, texts, LENGTH, false);
  }

  @Override
  public String about() {
    return String.format(
        Locale.ROOT,
        "Authors: the first %s sentences of each of 12 authors, %d test sentences; student `%s`,"
            + " %s epochs of batches of %d, AdamW at %s, dropout %s; teacher `%s`, %s epochs on"
            + " all training sentences.",
        given.text("sentences"),
        test.size(),
        SMALL,
        given.text("epochs"),
        BATCH,
        RATE,
        DROPOUT,
        LARGE,
        given.text("teacher-epochs"));
  }

  @Override
  public Headline headline() {
    return new Headline(ACCURACY, "test accuracy, %", true, 2);
  }

  @Override
  public String teachers() {
    return String.format(
        Locale.ROOT,
        "The teacher (%,d parameters) is right on %.2f %% of the test sentences; the student has"
            + " %,d parameters.",
        KeptTeacher.parameters(LARGE),
        100 * Metrics.score(Metric.ACCURACY, answers, labels).value(),
        KeptTeacher.parameters(SMALL));
  }

  @Override
  public ImmutableList<Entrant> entrants() {
    return TextEntrants.ALL;
  }

  @Override
  public Trial run(Entrant entrant, long seed, NDManager owner) {
    Pupil pupil = Pupil.trained(entrant, SMALL, teachers, training, seed, owner);
    float[][] logits = Prediction.logits(
        Network.of(SMALL, new EagerKernels()), pupil.weights(), test, AT_ONCE, owner);
    return Trial.of(ImmutableMap.<String, Double>builder()
        .putAll(pupil.measures())
        .put(ACCURACY, 100 * Metrics.score(Metric.ACCURACY, logits, labels).value())
        .put(DIVERGENCE, Agreement.divergence(answers, logits, TEMPERATURE))
        .buildOrThrow());
  }

  @Override
  public void close() {
    manager.close();
  }
}
