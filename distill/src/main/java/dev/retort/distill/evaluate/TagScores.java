package dev.retort.distill.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.Metric;
import dev.retort.data.TextBatch;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a network that tags words scores: the accuracy of tags and the F1 of entities, as seqeval's
 * default mode has it: over all texts together, an entity being right where its first word, its
 * last and its type are. Words without a label count in neither. N words, C tags.
 */
public final class TagScores {
  private final ImmutableList<String> classes;
  private final TokenScores tokens = new TokenScores();
  private long right;
  private long found;
  private long real;
  private int texts;

  /**
   * Nothing counted yet.
   *
   * @param classes the tags in the order of the logits
   */
  public TagScores(ImmutableList<String> classes) {
    this.classes = classes;
  }

  /** Whether tags name entities, {@code B-PER}, {@code I-PER}, {@code O}, so that these count. */
  public static boolean ofEntities(List<String> classes) {
    return Entities.named(classes);
  }

  /**
   * What a network scores on tagged texts.
   *
   * @param classes the tags in the order of the logits
   * @param batch texts at a time
   * @param parent the manager that temporary arrays live under
   */
  public static TagScores of(
      Network network,
      Weights weights,
      Dataset<?> data,
      ImmutableList<String> classes,
      int batch,
      NDManager parent) {
    TagScores scores = new TagScores(classes);
    try (Autograd off = Autograd.off()) {
      for (int[] indices : BatchPlan.sequential(data, batch)) {
        try (NDManager manager = parent.newSubManager()) {
          if (!(data.batch(manager, indices, null) instanceof TextBatch input)) {
            throw new IllegalArgumentException("the data are no text (" + data + ")");
          }
          scores.add(network.forward(weights, input, Request.LOGITS).requireLogits(), input);
        }
      }
    }
    return scores;
  }

  private void add(NDArray logits, TextBatch batch) {
    tokens.add(logits, batch);
    NDArray positions = batch.positions();
    if (positions == null) {
      throw new IllegalArgumentException("a batch without labels of tokens has no tags");
    }
    long[] best = logits.argMax(1).toType(DataType.INT64, false).toLongArray();
    long[] labels = batch.labels().toLongArray();
    long[] at = positions.toLongArray();
    long columns = batch.ids().getShape().get(1);
    int start = 0;
    for (int i = 1; i <= at.length; i++) {
      if (i == at.length || at[i] / columns != at[start] / columns) {
        add(tags(best, start, i), tags(labels, start, i));
        start = i;
      }
    }
  }

  private List<String> tags(long[] ids, int from, int to) {
    List<String> tags = new ArrayList<>();
    for (int i = from; i < to; i++) {
      tags.add(classes.get((int) ids[i]));
    }
    return tags;
  }

  /** Adds a text's tags: those that were given to it, and the right ones. */
  void add(List<String> given, List<String> labels) {
    if (given.size() != labels.size()) {
      throw new IllegalArgumentException(
          "as many tags are needed as labels (" + given.size() + ") (" + labels.size() + ")");
    }
    Set<Entities.Entity> own = new HashSet<>(Entities.of(given));
    List<Entities.Entity> wanted = Entities.of(labels);
    found += own.size();
    real += wanted.size();
    right += wanted.stream().filter(own::contains).count();
    texts++;
  }

  /** How many words were counted. */
  public long tokens() {
    return tokens.tokens();
  }

  /** The share of words whose tag is right. */
  public Score accuracy() {
    return tokens.accuracy();
  }

  /**
   * 2 right / (found + real) entities; 0 where there are none. It has no standard error.
   *
   * @throws IllegalStateException before any text was added
   */
  public Score entityF1() {
    if (texts == 0) {
      throw new IllegalStateException("no text was added (0)");
    }
    double all = (double) found + real;
    return new Score(
        Metric.ENTITY_F1, all == 0 ? 0 : 2 * right / all, OptionalDouble.empty(), texts);
  }
}
