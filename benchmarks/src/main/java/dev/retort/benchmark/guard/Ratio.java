package dev.retort.benchmark.guard;

import dev.retort.benchmark.Stopwatch;
import dev.retort.benchmark.cost.CostTime;
import dev.retort.benchmark.objective.ObjectiveTime;
import dev.retort.benchmark.part.KernelTime;
import dev.retort.benchmark.part.ReadTime;
import dev.retort.benchmark.part.SliceTime;
import java.util.Locale;
import java.util.Map;

/**
 * The time of something of ours over that of something plain beside it, in one process after the
 * other on one machine. Less is better.
 */
enum Ratio {
  LINEAR_TO_PRODUCT(kernel("LINEAR", "EAGER"), new Timed(KernelTime.class, "product", Map.of())),
  SCRIPTED_LINEAR_TO_PRODUCT(
      kernel("LINEAR", "SCRIPTED"), new Timed(KernelTime.class, "product", Map.of())),
  SCRIPTED_TO_EAGER_ATTENTION(kernel("ATTENTION", "SCRIPTED"), kernel("ATTENTION", "EAGER")),
  SCRIPTED_TO_EAGER_LAYER_NORM(kernel("LAYER_NORM", "SCRIPTED"), kernel("LAYER_NORM", "EAGER")),
  KD_TO_CROSS_ENTROPY(objective("TWO|kd"), objective("TWO|cross-entropy")),
  RELATIONS_TO_PRODUCT(
      objective("HIDDEN|self-attention-relation"),
      new Timed(KernelTime.class, "product", Map.of())),
  ENCODER_COST_TO_HASH(cost("BERT_BY_LAYER", "cost"), cost("BERT_BY_LAYER", "hash")),
  DECODER_COST_TO_HASH(cost("LLAMA_BY_LAYER", "cost"), cost("BERT_BY_LAYER", "hash")),
  RESNET_COST_TO_HASH(cost("RESNET", "cost"), cost("BERT_BY_LAYER", "hash")),
  MADE_AND_COUNTED_TO_HASH(cost("BERT_BY_LAYER", "makeAndCost"), cost("BERT_BY_LAYER", "hash")),
  VIEW_TO_PLAIN_SLICES(
      new Timed(SliceTime.class, "view", Map.of()),
      new Timed(SliceTime.class, "plainSlices", Map.of())),
  SAFETENSORS_TO_BYTES(read("safetensors"), read("weightBytes")),
  GLUE_TO_BYTES(read("glue"), read("tableBytes"));

  private final Timed ours;
  private final Timed plain;

  Ratio(Timed ours, Timed plain) {
    this.ours = ours;
    this.plain = plain;
  }

  /** What JMH times. */
  private record Timed(Class<?> type, String method, Map<String, String> parameters) {
    double time(Stopwatch watch) {
      return watch.seconds(type, method, parameters);
    }
  }

  private static Timed kernel(String kernel, String maker) {
    return new Timed(
        KernelTime.class, "forwardAndBackward", Map.of("kernel", kernel, "maker", maker));
  }

  private static Timed objective(String subject) {
    return new Timed(ObjectiveTime.class, "lossAndBackward", Map.of("subject", subject));
  }

  private static Timed cost(String searchable, String method) {
    return new Timed(CostTime.class, method, Map.of("searchable", searchable));
  }

  private static Timed read(String method) {
    return new Timed(ReadTime.class, method, Map.of());
  }

  /** Its name in the file of ratios. */
  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  double measure(Stopwatch watch) {
    return ours.time(watch) / plain.time(watch);
  }
}
