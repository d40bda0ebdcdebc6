package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/**
 * How the SuperLM of each sub-space is trained (AutoDistil, NeurIPS 2022, section 3).
 *
 * @param steps optimiser steps; default 1000
 * @param batch examples a batch; default 32
 * @param accumulate batches an optimiser step; default 1
 * @param sandwich which sub-networks are trained at each step
 * @param slicing how a sub-network takes its part of the weights: {@code leading} (default), the
 *     first rows, columns and heads
 * @param initial where the weights begin: {@code teacher} (default), cut from it, or {@code random}
 * @param dropout share of activations dropped in the sub-networks; default 0
 * @param maskInputs share of input pieces replaced by the mask piece, for teacher and student;
 *     default 0; null for images, language models and masked words
 * @param augment what is done to images at random, for teacher and student; null for text
 * @param recalibrate batches of the corpus on which the statistics of batch normalisations of a
 *     sub-network are measured, before it is scored and when it is extracted; default 20; 0: it
 *     keeps those of the super-net; null for text. Networks without such statistics skip it
 * @param optimizer how the weights are moved; rate 1e-4 by default
 * @param objectives the losses; default for images kd at temperature 2, for language models kd at
 *     temperature 1, for text the Q-Q, K-K and
 *     V-V relations of the last layer in their KL form, weight 1, and kd at temperature 2, weight 1
 * @param checkpoint when to save; default the recipe's
 * @param perSubSpace what differs in a sub-space, by its name; whatever it leaves out is as above
 */
public record TrainRecipe(
    int steps,
    int batch,
    int accumulate,
    Sandwich sandwich,
    Slicing slicing,
    Initial initial,
    double dropout,
    @Nullable Double maskInputs,
    @Nullable AugmentRecipe augment,
    @Nullable Integer recalibrate,
    OptimizerRecipe optimizer,
    ImmutableList<Term> objectives,
    CheckpointRecipe checkpoint,
    ImmutableMap<String, TrainRecipe> perSubSpace) {

  private static final int RECALIBRATE = 20;

  /** How a sub-network takes its part of the weights. */
  public enum Slicing {
    /** The first rows and columns, the first heads, layers floor(i·L/d). */
    LEADING,
    /** The same of weights whose planes and heads are sorted by their importance. */
    IMPORTANCE
  }

  /** Where a SuperLM's weights begin. */
  public enum Initial {
    TEACHER,
    RANDOM
  }

  /**
   * The sub-networks of one step; their gradients are added.
   *
   * @param smallest whether the smallest is trained at every step; default true
   * @param largest whether the largest is; default true
   * @param random how many more are drawn at random; default 2, as AutoDistil's code
   */
  public record Sandwich(boolean smallest, boolean largest, int random) {
    static Sandwich read(Section section, Sandwich standard) {
      Sandwich read = new Sandwich(
          section.flag("smallest", standard.smallest),
          section.flag("largest", standard.largest),
          section.integer("random", standard.random, 0, 1000));
      if (!read.smallest && !read.largest && read.random == 0) {
        section.mistake(
            "random",
            "found 0 beside smallest: false and largest: false; allowed: at"
                + " least one sub-network a step; set random: 1");
      }
      section.close();
      return read;
    }

    /** Sub-networks trained in one step. */
    public int networks() {
      return (smallest ? 1 : 0) + (largest ? 1 : 0) + random;
    }
  }

  static TrainRecipe standard(CheckpointRecipe checkpoint, Subject subject) {
    boolean images = subject == Subject.IMAGES;
    // A language model is itself at temperature 1, at which it also writes.
    Term kd = Term.of("kd", ImmutableMap.of("temperature", subject == Subject.LANGUAGE ? 1L : 2L));
    return new TrainRecipe(
        1000,
        32,
        1,
        new Sandwich(true, true, 2),
        Slicing.LEADING,
        Initial.TEACHER,
        0,
        subject.masksInputs() ? 0.0 : null,
        images ? AugmentRecipe.NONE : null,
        images ? RECALIBRATE : null,
        OptimizerRecipe.standard(1e-4),
        !subject.encodes()
            ? ImmutableList.of(kd)
            : ImmutableList.of(
                Term.of(
                    "self-attention-relation",
                    ImmutableMap.of(
                        "layer", "last",
                        "of", ImmutableList.of("query", "key", "value"),
                        "form", "kl-relations")),
                kd),
        checkpoint,
        ImmutableMap.of());
  }

  private static @Nullable Integer recalibrate(Section section, @Nullable Integer standard) {
    if (standard == null) {
      section.foreign(Subject.OF_IMAGES, "recalibrate");
      return null;
    }
    return section.integer("recalibrate", standard, 0, 100_000);
  }

  /** How the SuperLM of a sub-space is trained. */
  public TrainRecipe of(String subSpace) {
    @Nullable TrainRecipe own = perSubSpace.get(subSpace);
    return own == null ? this : own;
  }

  static TrainRecipe read(Section recipe, CheckpointRecipe checkpoint, Subject subject) {
    Section section = recipe.section("train");
    TrainRecipe shared = read(section, standard(checkpoint, subject), subject);
    ImmutableMap<String, TrainRecipe> own = section.named("per-sub-space", (all, name) -> {
      Section inner = all.section(name);
      TrainRecipe read = read(inner, shared, subject);
      inner.close();
      return read;
    });
    section.close();
    return new TrainRecipe(
        shared.steps,
        shared.batch,
        shared.accumulate,
        shared.sandwich,
        shared.slicing,
        shared.initial,
        shared.dropout,
        shared.maskInputs,
        shared.augment,
        shared.recalibrate,
        shared.optimizer,
        shared.objectives,
        shared.checkpoint,
        own);
  }

  private static TrainRecipe read(Section section, TrainRecipe standard, Subject subject) {
    return new TrainRecipe(
        section.integer("steps", standard.steps, 1, 1_000_000_000),
        section.integer("batch", standard.batch, 1, 65_536),
        section.integer("accumulate", standard.accumulate, 1, 65_536),
        Sandwich.read(section.section("sandwich"), standard.sandwich),
        section.word("slicing", standard.slicing),
        section.word("initial", standard.initial),
        section.decimal("dropout", standard.dropout, Interval.BELOW_ONE),
        AugmentRecipe.ofText(section, "mask-inputs", standard.maskInputs, subject),
        AugmentRecipe.read(section, standard.augment),
        recalibrate(section, standard.recalibrate),
        OptimizerRecipe.read(section.section("optimizer"), standard.optimizer),
        Term.read(section, "objectives", standard.objectives),
        CheckpointRecipe.read(section.section("checkpoint"), standard.checkpoint),
        ImmutableMap.of());
  }
}
