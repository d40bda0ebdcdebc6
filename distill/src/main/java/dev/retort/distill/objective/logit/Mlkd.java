package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import dev.retort.distill.arithmetic.Divergence;
import dev.retort.distill.arithmetic.Grams;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * MLKD, multi-level logit distillation: Jin, Wang and Lin, "Multi-Level Logit Distillation" (CVPR
 * 2023), as in Jin-Ying/Multi-Level-Logit-Distillation (distillers/KD_ours.py).
 *
 * <p>Two views of a batch, a weak and a strong augmentation; P = softmax(z/T) [B,C] of one view; B
 * batch, C classes. Three levels, each summed over T and the other temperatures:
 *
 * <ul>
 *   <li>instance: T^2 mean_b KL(p_t || p_s);
 *   <li>batch: ||P_t P_t' - P_s P_s'||^2 / B, how examples resemble one another;
 *   <li>class: ||P_t' P_t - P_s' P_s||^2 / C, how classes resemble one another.
 * </ul>
 *
 * <p>An example counts where the teacher's confidence in it (the largest probability of the weak
 * view at temperature 1) is at most the batch's median; a class counts where the teacher's summed
 * probability of it is. The loss is the sum of the levels, beside the cross-entropies of both
 * views. A recipe has one view, which is then both. An empty batch gives 0; logits of +-10,000 are
 * fine; one class is refused.
 *
 * @param temperature T, above 0; 4 by default as for CIFAR-100, beside weights of 0.1 for the
 *     labels and 0.9 for this (1, 0.5 and 0.5 for ImageNet)
 * @param others the other temperatures; 3, 5, 2 and 6 by default, the authors'
 * @param form whose reading; the released code's by default
 */
public record Mlkd(double temperature, ImmutableList<Double> others, Form form)
    implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "mlkd";

  /** The authors' other temperatures. */
  public static final ImmutableList<Double> OTHERS = ImmutableList.of(3.0, 5.0, 2.0, 6.0);

  private static final Option<Double> TEMPERATURE = Option.positive(
      "temperature", 4, "the first temperature; instance terms are multiplied by its square");
  private static final Option<ImmutableList<Double>> TEMPERATURES =
      Option.numbers("other-temperatures", "[3, 5, 2, 6]", "the temperatures beside it");
  private static final Option<Form> FORM = Option.word(
      "form",
      Form.RELEASED,
      "the released code, or what it means: masks that choose examples and classes, and all levels"
          + " of the strong view");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "examples, batch and classes at several temperatures")
      .from("Jin et al., CVPR 2023")
      .reads("student and teacher logits")
      .after(
          ObjectiveKind.Origin.AUTHORS_CODE,
          "Jin-Ying/Multi-Level-Logit-Distillation; form: masked is our reading of its intent")
      .golden("mlkd")
      .options(TEMPERATURE, TEMPERATURES, FORM)
      .make(given -> new Mlkd(
          given.get(TEMPERATURE),
          given.has(TEMPERATURES) ? given.get(TEMPERATURES) : OTHERS,
          given.get(FORM)));

  /** Whose reading of the masks and of the strong view. */
  public enum Form {
    /**
     * The released code: a mask multiplies a loss that is already one number, and so acts as the
     * share of what it lets through; the strong view's instance level takes the weak view's logits
     * at temperatures 2 and 6; its batch and class levels do not count.
     */
    RELEASED,
    /**
     * Its intent: masks choose examples (instance and batch level) and classes; the strong view's
     * instance and class levels count unmasked, its batch level masked.
     */
    MASKED
  }

  /** Checks the temperatures. */
  public Mlkd {
    Checks.positive(NAME, "temperature", temperature);
    others.forEach(each -> Checks.positive(NAME, "other-temperatures", each));
  }

  /** With the authors' defaults for CIFAR-100. */
  public Mlkd() {
    this(4, OTHERS, Form.RELEASED);
  }

  /**
   * Its parts, scalars.
   *
   * @param instance of both views
   * @param batch of the weak view, of both where the form is masked
   * @param classes of the weak view, of both where the form is masked
   * @param examplesIn the share of examples that count
   * @param classesIn the share of classes that count
   */
  public record Terms(
      NDArray instance, NDArray batch, NDArray classes, NDArray examplesIn, NDArray classesIn) {}

  /**
   * The logits of one view.
   *
   * @param student [B,C]
   * @param teacher [B,C], detached here
   */
  public record View(NDArray student, NDArray teacher) {}

  @Override
  public String name() {
    return NAME;
  }

  /** The loss that its parts make. */
  public NDArray total(Terms terms) {
    return terms.instance().add(terms.batch()).add(terms.classes());
  }

  /** The parts of the loss of two views of the same examples. */
  public Terms terms(View weak, View strong) {
    Checks.logits(NAME, weak.student(), weak.teacher());
    Checks.logits(NAME, strong.student(), strong.teacher());
    if (!weak.student().getShape().equals(strong.student().getShape())) {
      throw new IllegalArgumentException(
          NAME + ": the strong view's logits have shape " + strong.student().getShape()
              + ", needed that of the weak view's, " + weak.student().getShape());
    }
    Masks masks = Masks.of(Tensors.constant(weak.teacher(), weak.student().getManager()));
    ImmutableList.Builder<Terms> all = ImmutableList.builder();
    all.add(at(temperature, false, weak, strong, masks));
    for (double each : others) {
      all.add(at(each, each == 2 || each == 6, weak, strong, masks));
    }
    return all.build().stream()
        .reduce((a, b) -> new Terms(
            a.instance().add(b.instance()),
            a.batch().add(b.batch()),
            a.classes().add(b.classes()),
            masks.examplesIn(),
            masks.classesIn()))
        .orElseThrow();
  }

  /** The parts at one temperature; {@code slip}: where the released code mistakes the views. */
  private Terms at(double each, boolean slip, View weak, View strong, Masks masks) {
    Levels low = Levels.of(weak, each);
    return switch (form) {
      case RELEASED ->
        new Terms(
            masks
                .examplesIn()
                .mul(low.instance())
                .add((slip ? low : Levels.of(strong, each)).instance()),
            masks.examplesIn().mul(low.batch()),
            masks.classesIn().mul(low.classes()),
            masks.examplesIn(),
            masks.classesIn());
      case MASKED -> {
        Levels high = Levels.of(strong, each);
        yield new Terms(
            low.instance(masks.examples()).add(high.instance()),
            low.batch(masks.examples()).add(high.batch(masks.examples())),
            low.classes(masks.classes()).add(high.classes()),
            masks.examplesIn(),
            masks.classesIn());
      }
    };
  }

  /** The instance level of one view at one temperature, unmasked: T^2 mean_b KL(p_t || p_s). */
  public static NDArray instance(View view, double temperature) {
    return Levels.of(view, temperature).instance();
  }

  /** The batch level of one view at one temperature, unmasked. */
  public static NDArray batch(View view, double temperature) {
    return Levels.of(view, temperature).batch();
  }

  /** The class level of one view at one temperature, unmasked. */
  public static NDArray classes(View view, double temperature) {
    return Levels.of(view, temperature).classes();
  }

  /** What counts: examples [B] and classes [C], 1 or 0, and the shares of these. */
  private record Masks(NDArray examples, NDArray classes, NDArray examplesIn, NDArray classesIn) {
    static Masks of(NDArray teacher) {
      NDArray sure = teacher.softmax(1);
      boolean none = teacher.getShape().get(0) == 0;
      NDArray most = none ? sure.sum(new int[] {1}) : sure.max(new int[] {1});
      NDArray examples = upToMedian(most);
      NDArray classes = upToMedian(sure.sum(new int[] {0}));
      return new Masks(
          examples, classes, Tensors.meanOfRows(examples), Tensors.meanOfRows(classes));
    }

    private static NDArray upToMedian(NDArray values) {
      int count = (int) values.size();
      if (count == 0) {
        return values;
      }
      NDManager manager = values.getManager();
      NDArray sorted = values.sort();
      NDArray median =
          Scaling.by(sorted.get(manager, (count - 1) / 2).add(sorted.get(manager, count / 2)), 0.5);
      return values.lte(median).toType(values.getDataType(), false);
    }
  }

  /** One view at one temperature: squared distances before their means. */
  private record Levels(double temperature, NDArray log, NDArray target, long rows, long columns) {
    static Levels of(View view, double temperature) {
      Checks.logits(NAME, view.student(), view.teacher());
      NDArray teacher = Tensors.constant(view.teacher(), view.student().getManager());
      NDArray log = Divergence.log(view.student(), temperature);
      return new Levels(
          temperature,
          log,
          Divergence.log(teacher, temperature),
          log.getShape().get(0),
          log.getShape().get(1));
    }

    NDArray instance() {
      return square(Tensors.meanOfRows(Divergence.kl(target, log)));
    }

    NDArray instance(NDArray counts) {
      return square(Tensors.meanOfRows(Divergence.kl(target, log).mul(counts)));
    }

    private NDArray square(NDArray loss) {
      return Scaling.by(loss, temperature * temperature);
    }

    NDArray batch() {
      return Scaling.over(examples().sum(), Math.max(1, rows));
    }

    NDArray batch(NDArray counts) {
      return Scaling.over(examples().mul(counts).sum(), Math.max(1, rows));
    }

    NDArray classes() {
      return Scaling.over(likeness().sum(), columns);
    }

    NDArray classes(NDArray counts) {
      return Scaling.over(likeness().mul(counts).sum(), columns);
    }

    /** Of each example's likeness to all, [B]. */
    private NDArray examples() {
      return Grams.squaredDistances(target.exp(), log.exp());
    }

    /** Of each class's likeness to all, [C]. */
    private NDArray likeness() {
      return Grams.squaredDistances(target.exp().transpose(), log.exp().transpose());
    }
  }

  /** The loss of one view that stands for both. */
  public NDArray loss(NDArray student, NDArray teacher) {
    View both = new View(student, teacher);
    return total(terms(both, both));
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return loss(student, Objects.requireNonNull(teacher, NAME + " needs teacher logits"));
  }
}
