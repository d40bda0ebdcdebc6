package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;

/**
 * Training on labelled examples: of the teacher, of a student, of a baseline.
 *
 * @param epochs passes over the examples; default 3; decimals are allowed
 * @param batch examples a batch; default 32
 * @param accumulate batches an optimiser step; default 1
 * @param labelsPerClass at most so many examples of each class, drawn by the seed; default all;
 *     null for tasks that ask for single tokens
 * @param limit at most so many examples in all, drawn by the seed; default all
 * @param dropout share of activations dropped; default 0.1 for text, 0 for
 *     language models and images
 * @param wordDropout share of input pieces replaced by the mask piece; default 0; null for images,
 *     language models and masked words
 * @param augment what is done to images at random; null for text
 * @param optimizer how the weights are moved
 * @param objectives the losses; default cross-entropy
 * @param freeze tensors that keep their values, by their names in a state dict, in which {@code *}
 *     stands for anything; default none
 * @param checkpoint when to save; default the recipe's
 */
public record TrainingRecipe(
    double epochs,
    int batch,
    int accumulate,
    @Nullable Integer labelsPerClass,
    @Nullable Integer limit,
    double dropout,
    @Nullable Double wordDropout,
    @Nullable AugmentRecipe augment,
    OptimizerRecipe optimizer,
    ImmutableList<Term> objectives,
    ImmutableList<String> freeze,
    CheckpointRecipe checkpoint) {

  static TrainingRecipe standard(double rate, CheckpointRecipe checkpoint, Subject subject) {
    return new TrainingRecipe(
        3,
        32,
        1,
        null,
        null,
        subject.encodes() ? 0.1 : 0,
        subject.masksInputs() ? 0.0 : null,
        subject == Subject.IMAGES ? AugmentRecipe.NONE : null,
        OptimizerRecipe.standard(rate),
        ImmutableList.of(Term.of("cross-entropy")),
        ImmutableList.of(),
        checkpoint);
  }

  /** The same training with other objectives. */
  public TrainingRecipe withObjectives(ImmutableList<Term> others) {
    return new TrainingRecipe(
        epochs,
        batch,
        accumulate,
        labelsPerClass,
        limit,
        dropout,
        wordDropout,
        augment,
        optimizer,
        others,
        freeze,
        checkpoint);
  }

  /** Reads the keys of a training; the caller closes the section. */
  static TrainingRecipe read(Section section, TrainingRecipe standard, Subject subject) {
    return new TrainingRecipe(
        section.decimal("epochs", standard.epochs, Interval.POSITIVE),
        section.integer("batch", standard.batch, 1, 65_536),
        section.integer("accumulate", standard.accumulate, 1, 65_536),
        labelsPerClass(section, standard.labelsPerClass, subject),
        section.integerOrNone("limit", standard.limit, 1, 1_000_000_000),
        section.decimal("dropout", standard.dropout, Interval.BELOW_ONE),
        AugmentRecipe.ofText(section, "word-dropout", standard.wordDropout, subject),
        AugmentRecipe.read(section, standard.augment),
        OptimizerRecipe.read(section.section("optimizer"), standard.optimizer),
        Term.read(section, "objectives", standard.objectives),
        section.texts("freeze", standard.freeze, "the name of a tensor, in which * is anything"),
        CheckpointRecipe.read(section.section("checkpoint"), standard.checkpoint));
  }

  private static @Nullable Integer labelsPerClass(
      Section section, @Nullable Integer standard, Subject subject) {
    if (subject.ofTokens()) {
      section.foreign(subject.notOfExamples(), "labels-per-class");
      return null;
    }
    return section.integerOrNone("labels-per-class", standard, 1, 1_000_000_000);
  }
}
