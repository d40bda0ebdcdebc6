package dev.retort.space;

import com.google.common.collect.ImmutableList;
import java.util.stream.Collectors;

/** A way to count what an architecture costs. */
public sealed interface Accounting
    permits ExactAccounting,
        AutoDistilAccounting,
        ElectraAccounting,
        FusedAttentionAccounting,
        FvcoreAccounting,
        LayersAccounting,
        NoNormAccounting,
        NoOffsetAccounting,
        NoRelativeAccounting,
        NonEmbeddingAccounting,
        PreTrainingAccounting {
  /** What the tensors hold and the operations do; the default. */
  Accounting EXACT = new ExactAccounting();

  /** The formula of AutoDistil's release, which its published figures follow. */
  Accounting AUTODISTIL = new AutoDistilAccounting();

  /** As exact, without the attention products: fvcore's count of fused attention. */
  Accounting FUSED_ATTENTION = new FusedAttentionAccounting();

  /** As exact, without the parameters of normalisations: TF-slim's table of MobileNetV2. */
  Accounting NO_NORM = new NoNormAccounting();

  /** As exact, with normalisations as fvcore counts them: timm's tables. */
  Accounting FVCORE = new FvcoreAccounting();

  /** As exact, without the products with tables of relative positions: AutoFormer's table. */
  Accounting NO_RELATIVE = new NoRelativeAccounting();

  /** The formula of ELECTRA's release, which counts every operation and dense look-ups. */
  Accounting ELECTRA = new ElectraAccounting();

  /** As exact, of the layers of a Transformer alone: MiniLM's tables of multilingual models. */
  Accounting LAYERS = new LayersAccounting();

  /** A BERT with the heads of its pre-training: the published sizes of its miniatures. */
  Accounting PRE_TRAINING = new PreTrainingAccounting();

  /** As exact, without the parameters of tables of words and positions: Pythia's cards. */
  Accounting NON_EMBEDDING = new NonEmbeddingAccounting();

  /** As exact, without rows of positions before the first: tables of OPT. */
  Accounting NO_OFFSET = new NoOffsetAccounting();

  /** Every accounting, {@code exact} first. */
  static ImmutableList<Accounting> all() {
    return ImmutableList.of(
        EXACT,
        AUTODISTIL,
        FUSED_ATTENTION,
        FVCORE,
        NO_NORM,
        NO_RELATIVE,
        ELECTRA,
        LAYERS,
        PRE_TRAINING,
        NON_EMBEDDING,
        NO_OFFSET);
  }

  /**
   * The accounting of that name: {@code exact}, {@code autodistil}, {@code fused-attention},
   * {@code fvcore}, {@code no-norm}, {@code no-relative}, {@code electra}, {@code layers}, {@code
   * pre-training}, {@code non-embedding} or {@code no-offset}.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Accounting named(String name) {
    for (Accounting each : all()) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException("No accounting (" + name + "); there are "
        + all().stream().map(Accounting::name).collect(Collectors.joining(", ")));
  }

  /** Its name in recipes, on the command line and in JSON. */
  String name();

  /** Whether it can count an architecture, whatever the input. */
  default boolean counts(Architecture architecture) {
    return true;
  }

  /**
   * The cost of one forward pass for inference.
   *
   * @param architecture what is counted
   * @param input batch and sequence; every figure but parameters and weight bytes is for all of it
   * @throws IllegalArgumentException when this accounting cannot count the architecture, or a
   *     number leaves 64 bits
   */
  Cost cost(Architecture architecture, InputShape input);
}
