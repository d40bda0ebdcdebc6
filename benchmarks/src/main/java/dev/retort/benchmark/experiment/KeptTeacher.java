package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import dev.retort.data.Batch;
import dev.retort.data.Dataset;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.train.CachedTeacher;
import dev.retort.distill.train.FrozenTeacher;
import dev.retort.distill.train.Teacher;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.StudentFolder;
import dev.retort.supernet.format.WholeFolder;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * A teacher that is trained once and kept in the folder of work.
 *
 * @param network what it is
 * @param weights its weights
 */
record KeptTeacher(Network network, Weights weights) {
  private static final long SEED = 1;
  private static final int AT_ONCE = 250;

  /** The teacher that was kept, or a new one that learns classes. */
  static KeptTeacher of(
      String name,
      String what,
      Architecture architecture,
      Training training,
      Path work,
      NDManager manager,
      PrintStream out) {
    return of(name, what, architecture, training, Term.of(Entrant.PLAIN, 1), work, manager, out);
  }

  /**
   * The teacher that was kept, or a new one.
   *
   * @param name such as {@code clean}
   * @param what all that it depends on beside its architecture
   * @param term what it learns by, without a teacher
   * @param work the folder of work
   * @param manager owns the weights
   * @param out told that it is trained
   */
  static KeptTeacher of(
      String name,
      String what,
      Architecture architecture,
      Training training,
      Term term,
      Path work,
      NDManager manager,
      PrintStream out) {
    return route(
            name,
            what,
            architecture,
            training,
            term,
            ImmutableList.of(training.steps()),
            work,
            manager,
            out)
        .get(0);
  }

  /**
   * What a teacher was after some steps of one training, each as a teacher of its own.
   *
   * @param name as of one teacher
   * @param what as of one teacher; where there are several also what tells the steps
   * @param after steps, ascending; the last is the training's end
   */
  static ImmutableList<KeptTeacher> route(
      String name,
      String what,
      Architecture architecture,
      Training training,
      Term term,
      ImmutableList<Long> after,
      Path work,
      NDManager manager,
      PrintStream out) {
    Path last = folder(name, what, architecture, work);
    long end = after.get(after.size() - 1);
    Function<Long, Path> folder =
        step -> step == end ? last : last.resolveSibling(last.getFileName() + "-" + step);
    if (!Files.isDirectory(last)) {
      out.printf(Locale.ROOT, "teacher %s: %s, %,d steps%n", name, architecture, training.steps());
      out.flush();
      RandomStreams streams = new RandomStreams(SEED);
      try (NDManager scratch = manager.newSubManager()) {
        Weights weights = InitialWeights.random(architecture, streams, scratch);
        ImmutableList<WeightedObjective> labels =
            ImmutableList.of(new WeightedObjective(term.label(), term.weight(), term.make()));
        LongConsumer keep = step -> {
          if (after.contains(step)) {
            write(folder.apply(step), weights, what);
          }
        };
        training.run("teacher/" + name, weights, labels, streams, keep, scratch);
      }
    }
    Network network = Network.of(architecture, new EagerKernels());
    return after.stream()
        .map(step -> new KeptTeacher(
            network, StudentFolder.read(folder.apply(step), manager).weights()))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * The teacher that was kept, or a new one that learns in a loop of its own.
   *
   * @param name as of any teacher
   * @param what all that it depends on beside its architecture
   * @param learn gives its weights; the manager's life ends when they are written
   */
  static KeptTeacher learnt(
      String name,
      String what,
      Architecture architecture,
      Function<NDManager, Weights> learn,
      Path work,
      NDManager manager,
      PrintStream out) {
    Path folder = folder(name, what, architecture, work);
    if (!Files.isDirectory(folder)) {
      out.printf(Locale.ROOT, "teacher %s: %s, %s%n", name, architecture, what);
      out.flush();
      try (NDManager scratch = manager.newSubManager()) {
        write(folder, learn.apply(scratch), what);
      }
    }
    return new KeptTeacher(
        Network.of(architecture, new EagerKernels()),
        StudentFolder.read(folder, manager).weights());
  }

  private static Path folder(String name, String what, Architecture architecture, Path work) {
    String hash = Hashing.sha256()
        .hashString(what + architecture, StandardCharsets.UTF_8)
        .toString()
        .substring(0, 12);
    return work.resolve("teachers").resolve(name + "-" + hash);
  }

  private static void write(Path folder, Weights weights, String what) {
    StudentFolder.write(
        folder,
        WholeFolder.Existing.REPLACE,
        weights,
        new StudentFolder.Description(
            ImmutableList.of(), true, ImmutableList.of(), ImmutableMap.of("trained", what)),
        writer -> {});
  }

  /** Trained parameters of an architecture. */
  static long parameters(Architecture architecture) {
    return architecture.blueprint().tensors().stream()
        .filter(each -> each.role().trained())
        .mapToLong(each -> each.count())
        .sum();
  }

  /** Its logits for every example, without a cache. */
  float[][] answers(Dataset<?> examples, int batch, NDManager manager) {
    return Prediction.logits(network, weights, examples, batch, manager);
  }

  /** Its logits for a batch, without a graph. */
  NDArray answers(Batch batch) {
    try (Autograd off = Autograd.off()) {
      return network.forward(weights, batch, Request.LOGITS).requireLogits();
    }
  }

  /** What it has inside for a batch. */
  NDArray features(Batch batch, Tap tap) {
    return network.forward(weights, batch, Request.taps(tap)).tap(tap);
  }

  /** As a student's teacher that is asked anew for each batch. */
  Teacher asked() {
    return new FrozenTeacher(network, weights);
  }

  /** As a student's teacher, its outputs for some examples computed once and kept. */
  Teacher over(Dataset<?> examples, Path work, PrintStream out) {
    return new CachedTeacher(
        asked(),
        CachedTeacher.identity(weights),
        examples,
        work.resolve("outputs"),
        AT_ONCE,
        out::println);
  }
}
