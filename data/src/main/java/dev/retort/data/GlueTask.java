package dev.retort.data;

import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The nine tasks of GLUE in their published TSV form (Wang et al., ICLR 2019).
 *
 * <p>Columns are found by their names in the header, so files with further columns (the original
 * MNLI and QQP) are read too. Labels stand in the order of GLUE's own processors.
 */
public final class GlueTask implements Task {
  private static final ImmutableList<String> BINARY = ImmutableList.of("0", "1");
  private static final ImmutableList<String> ENTAILMENT =
      ImmutableList.of("entailment", "not_entailment");
  private static final ImmutableList<String> INFERENCE =
      ImmutableList.of("contradiction", "entailment", "neutral");
  private static final ImmutableList<Metric> ACCURACY = ImmutableList.of(Metric.ACCURACY);
  private static final ImmutableList<Metric> ACCURACY_F1 =
      ImmutableList.of(Metric.ACCURACY, Metric.F1);

  /** Sentiment of film reviews: negative (0) or positive (1). */
  public static final GlueTask SST_2 =
      new GlueTask("SST-2", "sentence", null, "label", BINARY, ACCURACY);

  /** Linguistic acceptability (1); its train and dev files have no header. */
  public static final GlueTask COLA =
      new GlueTask("CoLA", "sentence", null, "label", BINARY, ImmutableList.of(Metric.MATTHEWS));

  /** Paraphrases (1) in news. */
  public static final GlueTask MRPC =
      new GlueTask("MRPC", "#1 String", "#2 String", "Quality", BINARY, ACCURACY_F1);

  /** Textual entailment. */
  public static final GlueTask RTE =
      new GlueTask("RTE", "sentence1", "sentence2", "label", ENTAILMENT, ACCURACY);

  /** Semantic similarity, a score from 0 to 5. */
  public static final GlueTask STS_B = new GlueTask(
      "STS-B",
      "sentence1",
      "sentence2",
      "score",
      ImmutableList.of(),
      ImmutableList.of(Metric.PEARSON, Metric.SPEARMAN));

  /** Whether a sentence answers a question. */
  public static final GlueTask QNLI =
      new GlueTask("QNLI", "question", "sentence", "label", ENTAILMENT, ACCURACY);

  /** Natural language inference over several genres. */
  public static final GlueTask MNLI =
      new GlueTask("MNLI", "sentence1", "sentence2", "gold_label", INFERENCE, ACCURACY);

  /** Duplicate questions (1). */
  public static final GlueTask QQP =
      new GlueTask("QQP", "question1", "question2", "is_duplicate", BINARY, ACCURACY_F1);

  /** Pronouns, after Winograd. */
  public static final GlueTask WNLI =
      new GlueTask("WNLI", "sentence1", "sentence2", "label", BINARY, ACCURACY);

  /** All nine. */
  public static final ImmutableList<GlueTask> ALL =
      ImmutableList.of(SST_2, COLA, MRPC, RTE, STS_B, QNLI, MNLI, QQP, WNLI);

  /** The highest score of STS-B; the lowest is 0. */
  static final float HIGHEST_SCORE = 5;

  private final String folderName;
  private final String firstColumn;
  private final @Nullable String secondColumn;
  private final String labelColumn;
  private final ImmutableList<String> labels;
  private final ImmutableList<Metric> metrics;

  private GlueTask(
      String folderName,
      String firstColumn,
      @Nullable String secondColumn,
      String labelColumn,
      ImmutableList<String> labels,
      ImmutableList<Metric> metrics) {
    this.folderName = folderName;
    this.firstColumn = firstColumn;
    this.secondColumn = secondColumn;
    this.labelColumn = labelColumn;
    this.labels = labels;
    this.metrics = metrics;
  }

  /** The task of a name, in any case, such as {@code sst-2}; null if GLUE has none. */
  public static @Nullable GlueTask find(String name) {
    String wanted = name.toLowerCase(Locale.ROOT).replace('_', '-');
    for (GlueTask each : ALL) {
      // Hugging Face writes sst2 and stsb.
      if (each.name().equals(wanted) || each.name().replace("-", "").equals(wanted)) {
        return each;
      }
    }
    return null;
  }

  /**
   * The task of a name, in any case, such as {@code sst-2}.
   *
   * @throws UserException if GLUE has none of that name
   */
  public static GlueTask parse(String name) {
    GlueTask found = find(name);
    if (found == null) {
      throw new UserException(
          UserException.Kind.USAGE,
          "task: '"
              + name
              + "' is no GLUE task. Allowed: "
              + ALL.stream().map(GlueTask::name).collect(Collectors.joining(", "))
              + ".");
    }
    return found;
  }

  @Override
  public String name() {
    return folderName.toLowerCase(Locale.ROOT);
  }

  @Override
  public String folderName() {
    return folderName;
  }

  @Override
  public ImmutableList<String> labels() {
    return labels;
  }

  @Override
  public ImmutableList<Metric> metrics() {
    return metrics;
  }

  @Override
  public boolean pairs() {
    return secondColumn != null;
  }

  @Override
  public List<LabeledText> read(Path file) {
    return GlueReader.read(this, file);
  }

  @Override
  public ImmutableList<String> fileNames(Split split) {
    String name = split.name().toLowerCase(Locale.ROOT);
    return this == MNLI && split != Split.TRAIN
        ? ImmutableList.of(name + "_matched.tsv", name + ".tsv")
        : ImmutableList.of(name + ".tsv");
  }

  /** The name of the column of the text, or of the first of the pair. */
  String firstColumn() {
    return firstColumn;
  }

  /** The name of the column of the second text; null for single texts. */
  @Nullable
  String secondColumn() {
    return secondColumn;
  }

  /** The name of the column of the label. */
  String labelColumn() {
    return labelColumn;
  }

  @Override
  public String toString() {
    return name();
  }
}
