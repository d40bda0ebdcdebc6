package dev.retort.distill.evaluate;

import dev.retort.data.Metric;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The metrics by name, and how each is computed unless other options are asked for. */
public final class Metrics {
  private Metrics() {}

  /**
   * How a metric of labels is computed: calibration error with 15 bins.
   *
   * @throws IllegalArgumentException when its targets are rows
   */
  public static Measure measure(Metric metric) {
    return switch (metric) {
      case ACCURACY -> new Accuracy();
      case TOP_5 -> new Top5();
      case CALIBRATION_ERROR -> new CalibrationError(CalibrationError.BINS);
      case F1 -> new F1();
      case MATTHEWS -> new Matthews();
      case PEARSON -> new Pearson();
      case SPEARMAN -> new Spearman();
      case NME, DICE, IOU, PSNR, SSIM, PERPLEXITY, TOKEN_ACCURACY, ENTITY_F1, ROUGE_L ->
        throw new IllegalArgumentException(
            metric.key() + " is of " + what(metric.target()) + ", not of one label an example");
    };
  }

  /**
   * How a metric of rows is computed: landmarks by the box around them, overlaps over all examples,
   * square images to their edges.
   *
   * @throws IllegalArgumentException when its targets are labels
   */
  public static DenseMeasure dense(Metric metric) {
    return switch (metric) {
      case NME -> new Nme(new Nme.Size.Box());
      case DICE -> new Dice(false);
      case IOU -> new Iou(false);
      case PSNR -> new Psnr(0, 0);
      case SSIM -> new Ssim(0, 0);
      case ACCURACY,
          TOP_5,
          CALIBRATION_ERROR,
          F1,
          MATTHEWS,
          PEARSON,
          SPEARMAN,
          PERPLEXITY,
          TOKEN_ACCURACY,
          ENTITY_F1,
          ROUGE_L ->
        throw new IllegalArgumentException(
            metric.key() + " is of " + what(metric.target()) + ", not of rows of targets");
    };
  }

  private static String what(Metric.Target target) {
    return switch (target) {
      case LABEL -> "one label an example";
      case ROW -> "rows of targets";
      case TOKEN -> "tokens (TokenScores, TagScores)";
      case TEXT -> "texts (RougeL)";
    };
  }

  /**
   * The metric of a name.
   *
   * @throws IllegalArgumentException when there is none of that name; the message names them all
   */
  public static Metric named(String name) {
    return Arrays.stream(Metric.values())
        .filter(each -> each.key().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No metric (" + name + "); there are "
            + Arrays.stream(Metric.values()).map(Metric::key).collect(Collectors.joining(", "))));
  }

  /**
   * The value of a metric of labels.
   *
   * @param predictions the logits [N][C], or scores [N][1]
   * @param labels class indices, or scores [N]
   * @throws IllegalArgumentException when they do not fit each other or the metric
   */
  public static Score score(Metric metric, float[][] predictions, float[] labels) {
    return measure(metric).of(predictions, labels);
  }

  /**
   * The value of a metric of rows.
   *
   * @param predictions what a network gave [N][P]
   * @param targets what it should have given [N][T]
   * @throws IllegalArgumentException when they do not fit each other or the metric
   */
  public static Score score(Metric metric, float[][] predictions, float[][] targets) {
    return dense(metric).of(predictions, targets);
  }
}
