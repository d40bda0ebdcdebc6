package dev.retort.distill.objective;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.NearestName;
import java.util.Map;
import java.util.function.Function;

/** The objectives that there are, by name. One place to add one. */
public final class Objectives {
  private static final Option<Double> SMOOTHING =
      Option.share("label-smoothing", 0, "share given to all classes alike");

  private static final Option<Double> KD_TEMPERATURE = Option.positive(
      "temperature", 4, "softens both distributions; the loss is multiplied by its square");
  private static final Option<LogitKd.Form> KD_FORM =
      Option.word("form", LogitKd.Form.KL, "which value: the two differ by the teacher's entropy");

  private static final Option<Double> GAMMA =
      Option.notNegative("gamma", 1.5, "weight of the non-target part");
  private static final Option<Double> NKD_TEMPERATURE =
      Option.positive("temperature", 1, "softens the non-target distributions");

  private static final Option<Double> ALPHA =
      Option.notNegative("alpha", 1, "weight of the target part");
  private static final Option<Double> BETA =
      Option.notNegative("beta", 0.1, "weight of the non-target part");
  private static final Option<Double> MU =
      Option.notNegative("mu", 0.005, "weight of the weak head's own loss");
  private static final Option<Uskd.Rank> RANK = Option.word(
      "rank", Uskd.Rank.OFFICIAL_CODE, "ranks classes by log-softmax (code) or softmax (paper)");

  private static final Option<SelfAttentionRelation.Form> RELATION_FORM = Option.word(
      "form",
      SelfAttentionRelation.Form.KL_RELATIONS,
      "distance: MiniLMv2's, that of AutoDistil's paper, that of its released code");
  private static final Option<Integer> HEADS =
      Option.integerOr("heads", "teacher", 0, 1, "relation heads; the teacher's attention heads");
  private static final Option<ImmutableList<SelfAttentionRelation.Part>> OF =
      Option.words("of", SelfAttentionRelation.Part.class, "which projections count");
  private static final Option<ImmutableList<Double>> WEIGHTS =
      Option.numbers("weights", "1 each", "the weight of each of them, in their order");
  private static final Option<SelfAttentionRelation.Remainder> REMAINDER = Option.word(
      "remainder",
      SelfAttentionRelation.Remainder.BY_FORM,
      "where the heads do not divide a width; by form: refuse for kl-relations, else drop");
  private static final Option<Integer> TEACHER_LAYER =
      Option.integerOr("layer", "last", -1, 0, "the teacher's layer, from 0");
  private static final Option<Integer> STUDENT_LAYER =
      Option.integerOr("student-layer", "last", -1, 0, "the student's layer, from 0");

  private static final Option<Boolean> FIT =
      Option.flag("fit", true, "a linear layer from the student's width to the teacher's");

  private record Entry(ObjectiveDescription description, Function<Given, Objective> maker) {}

  private static final ImmutableMap<String, Entry> ALL = ImmutableList.of(
          entry(
              CrossEntropy.NAME,
              "cross-entropy with labels",
              "Szegedy et al., CVPR 2016 (label smoothing)",
              "student logits, labels",
              "the textbook",
              ImmutableList.of("kd"),
              given -> new CrossEntropy(given.get(SMOOTHING)),
              SMOOTHING),
          entry(
              MeanSquaredError.NAME,
              "mean squared error with scores",
              "Devlin et al., NAACL 2019 (STS-B)",
              "student logits, scores",
              "the textbook",
              ImmutableList.of(),
              given -> new MeanSquaredError()),
          entry(
              LogitKd.NAME,
              "logit distillation with a temperature",
              "Hinton et al., arXiv 1503.02531",
              "student and teacher logits",
              "released code (megvii-research/mdistiller)",
              ImmutableList.of("kd", "autodistil"),
              given -> new LogitKd(given.get(KD_TEMPERATURE), given.get(KD_FORM)),
              KD_TEMPERATURE,
              KD_FORM),
          entry(
              Nkd.NAME,
              "normalised distillation of target and other classes",
              "Yang et al., ICCV 2023",
              "student and teacher logits, labels",
              "the authors' code (yzd-v/cls_KD)",
              ImmutableList.of("nkd"),
              given -> new Nkd(given.get(GAMMA), given.get(NKD_TEMPERATURE)),
              GAMMA,
              NKD_TEMPERATURE),
          entry(
              Uskd.NAME,
              "self-distillation without a teacher",
              "Yang et al., ICCV 2023",
              "student logits, a middle hidden state, labels",
              "the authors' code (yzd-v/cls_KD)",
              ImmutableList.of("uskd"),
              given -> new Uskd(given.get(ALPHA), given.get(BETA), given.get(MU), given.get(RANK)),
              ALPHA,
              BETA,
              MU,
              RANK),
          entry(
              SelfAttentionRelation.NAME,
              "relations between positions in queries, keys and values",
              "Xu et al., NeurIPS 2022; Wang et al., arXiv 2012.15828",
              "queries, keys, values of one layer of both, mask",
              "mse-scores: the authors' code (microsoft/autodistil); the other forms: the papers",
              ImmutableList.of("minilm_v2", "autodistil"),
              Objectives::relation,
              RELATION_FORM,
              HEADS,
              OF,
              WEIGHTS,
              TEACHER_LAYER,
              STUDENT_LAYER,
              REMAINDER),
          entry(
              AttentionTransfer.NAME,
              "attention distributions and value relations",
              "Wang et al., NeurIPS 2020",
              "queries, keys, values of one layer of both, mask",
              "the paper; no code is published",
              ImmutableList.of("minilm_v1"),
              given -> new AttentionTransfer(
                  new Layer(given.get(STUDENT_LAYER)), new Layer(given.get(TEACHER_LAYER))),
              TEACHER_LAYER,
              STUDENT_LAYER),
          entry(
              HiddenState.NAME,
              "mean squared error of the last hidden states",
              "Jiao et al., Findings of EMNLP 2020; Xu et al., NeurIPS 2022",
              "last hidden states of both, mask",
              "the authors' code (microsoft/autodistil)",
              ImmutableList.of("autodistil"),
              given -> new HiddenState(given.get(FIT)),
              FIT))
      .stream()
      .collect(ImmutableMap.toImmutableMap(each -> each.description().name(), each -> each));

  private Objectives() {}

  private static Entry entry(
      String name,
      String title,
      String paper,
      String reads,
      String origin,
      ImmutableList<String> golden,
      Function<Given, Objective> maker,
      Option<?>... options) {
    return new Entry(
        new ObjectiveDescription(
            name, title, paper, reads, ImmutableList.copyOf(options), origin, golden),
        maker);
  }

  private static Objective relation(Given given) {
    ImmutableList<SelfAttentionRelation.Part> parts = given.get(OF);
    ImmutableList<Double> weights = given.get(WEIGHTS);
    if (!weights.isEmpty() && weights.size() != parts.size()) {
      throw new IllegalArgumentException(SelfAttentionRelation.NAME + ".weights must be "
          + parts.size() + " numbers, one for each of " + OF.name() + ", not (" + weights + ")");
    }
    ImmutableMap.Builder<SelfAttentionRelation.Part, Double> weighted = ImmutableMap.builder();
    for (int i = 0; i < parts.size(); i++) {
      weighted.put(parts.get(i), weights.isEmpty() ? 1.0 : weights.get(i));
    }
    return new SelfAttentionRelation(
        given.get(RELATION_FORM),
        given.get(HEADS),
        weighted.buildOrThrow(),
        new Layer(given.get(STUDENT_LAYER)),
        new Layer(given.get(TEACHER_LAYER)),
        given.get(REMAINDER));
  }

  /** Every objective, in the order of the docs. */
  public static ImmutableList<ObjectiveDescription> all() {
    return ALL.values().stream().map(Entry::description).collect(ImmutableList.toImmutableList());
  }

  /**
   * The description of an objective.
   *
   * @throws IllegalArgumentException when there is none of that name; the message names the nearest
   */
  public static ObjectiveDescription describe(String name) {
    return find(name).description();
  }

  /**
   * The objective of a name with options, defaults filled in.
   *
   * @param name its name in recipes
   * @param options values as YAML gives them: numbers, booleans, strings and lists of these
   * @throws IllegalArgumentException when the name or an option is unknown, or a value not allowed
   */
  public static Objective create(String name, Map<String, Object> options) {
    Entry entry = find(name);
    return entry.maker().apply(Given.of(name, options, entry.description().options()));
  }

  private static Entry find(String name) {
    Entry entry = ALL.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("No objective (" + name + "); there are "
          + String.join(", ", ALL.keySet()) + NearestName.advice(name, ALL.keySet()));
    }
    return entry;
  }

  /** A Markdown page of every objective and option, for the docs. */
  public static String markdown() {
    StringBuilder page = new StringBuilder(
        """
        | objective | what | from | reads | written after | golden vectors |
        |---|---|---|---|---|---|
        """);
    for (ObjectiveDescription each : all()) {
      page.append("| `")
          .append(each.name())
          .append("` | ")
          .append(each.title())
          .append(" | ")
          .append(each.paper())
          .append(" | ")
          .append(each.reads())
          .append(" | ")
          .append(each.origin())
          .append(" | ")
          .append(each.golden().isEmpty() ? "-" : String.join(", ", each.golden()))
          .append(" |\n");
    }
    page.append(
        "\n| objective | option | default | allowed | what it does |\n|---|---|---|---|---|\n");
    for (ObjectiveDescription each : all()) {
      for (Option<?> option : each.options()) {
        page.append("| `")
            .append(each.name())
            .append("` | `")
            .append(option.name())
            .append("` | ")
            .append(option.standard())
            .append(" | ")
            .append(option.allowed())
            .append(" | ")
            .append(option.meaning())
            .append(" |\n");
      }
    }
    return page.toString();
  }
}
