package dev.retort.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.data.Dataset;
import dev.retort.data.Instructions;
import dev.retort.data.Metric;
import dev.retort.data.Subset;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.evaluate.Score;
import dev.retort.distill.evaluate.TagScores;
import dev.retort.distill.evaluate.TokenScores;
import dev.retort.space.UserException;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Measures networks on the dev and test parts of a task. */
final class Scoring {
  /** The file of a model's scores in its folder. */
  static final String FILE = "scores.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Scoring() {}

  /**
   * The scores of one network.
   *
   * @param test null where the task has no labelled test part
   * @param further of the part that is reported, by other measures
   */
  record Scores(Score dev, @Nullable Score test, ImmutableList<Score> further) {
    /** The score that is reported: test's, else dev's. */
    Score reported() {
      return test == null ? dev : test;
    }

    String json() {
      ObjectNode json = JSON.createObjectNode();
      json.put("metric", dev.metric().key());
      put(json, "dev", dev);
      if (test != null) {
        put(json, "test", test);
      }
      if (!further.isEmpty()) {
        ObjectNode others = json.putObject("further");
        further.forEach(each -> put(others, each.metric().key(), each));
      }
      return json.toPrettyString() + "\n";
    }

    private static void put(ObjectNode json, String split, Score score) {
      ObjectNode node = json.putObject(split);
      node.put("value", score.value());
      score.standardError().ifPresent(error -> node.put("standard-error", error));
      node.put("examples", score.examples());
    }

    static Scores read(Path folder) {
      Path file = folder.resolve(FILE);
      try {
        JsonNode json = JSON.readTree(Files.readString(file));
        Metric metric = Metrics.named(json.path("metric").asText());
        return new Scores(
            score(metric, json.path("dev")),
            json.has("test") ? score(metric, json.path("test")) : null,
            further(json.path("further")));
      } catch (IOException e) {
        throw new UserException(
            UserException.Kind.INPUT, file + ": cannot be read (" + e.getMessage() + ")", e);
      }
    }

    private static ImmutableList<Score> further(JsonNode json) {
      ImmutableList.Builder<Score> further = ImmutableList.builder();
      json.fields()
          .forEachRemaining(
              each -> further.add(score(Metrics.named(each.getKey()), each.getValue())));
      return further.build();
    }

    private static Score score(Metric metric, JsonNode node) {
      JsonNode error = node.path("standard-error");
      return new Score(
          metric,
          node.path("value").asDouble(),
          error.isNumber() ? OptionalDouble.of(error.asDouble()) : OptionalDouble.empty(),
          node.path("examples").asInt());
    }
  }

  static Scores measure(Workbench bench, TaskData<?> data, Weights weights) {
    Metric metric = data.material().metric();
    Measured dev = measured(bench, data.material(), weights, data.dev());
    Measured test =
        data.test() == null ? null : measured(bench, data.material(), weights, data.test());
    Measured reported = test == null ? dev : test;
    return new Scores(
        dev.score(metric),
        test == null ? null : test.score(metric),
        data.material().further().stream()
            .map(reported::score)
            .collect(ImmutableList.toImmutableList()));
  }

  static Score score(Workbench bench, TaskData<?> data, Weights weights, Dataset<?> examples) {
    Material<?> material = data.material();
    return measured(bench, material, weights, examples).score(material.metric());
  }

  /** What is needed of a network's answers for any measure of a kind. */
  private interface Measured {
    Score score(Metric metric);
  }

  private static Measured measured(
      Workbench bench, Material<?> material, Weights weights, Dataset<?> examples) {
    if (material.metric().target() != Metric.Target.TOKEN) {
      return Predicted.of(bench, weights, examples);
    }
    if (material instanceof TaggedMaterial tagged) {
      TagScores scores = TagScores.of(
          Network.of(weights.architecture(), bench.kernels),
          weights,
          examples,
          tagged.labels(),
          bench.recipe.evaluate().batch(),
          bench.manager);
      return asked -> asked == Metric.ENTITY_F1 ? scores.entityF1() : scores.accuracy();
    }
    // Logits of every token would not fit into memory: they are added up batch by batch.
    TokenScores scores = TokenScores.of(
        Network.of(weights.architecture(), bench.kernels),
        weights,
        examples,
        bench.recipe.evaluate().batch(),
        bench.manager);
    return asked -> {
      if (asked == Metric.ROUGE_L
          && material instanceof LanguageMaterial language
          && examples instanceof Instructions instructions) {
        return Objects.requireNonNull(language.answers())
            .rouge(
                instructions,
                language.tokenizer(),
                weights,
                bench.kernels,
                GeneratedCorpus.ends(language.tokenizer()));
      }
      return asked == Metric.PERPLEXITY ? scores.perplexity() : scores.accuracy();
    };
  }

  /** What a network answers to examples, and their labels. */
  private record Predicted(float[][] logits, float[] labels) implements Measured {
    static Predicted of(Workbench bench, Weights weights, Dataset<?> examples) {
      Network network = Network.of(weights.architecture(), bench.kernels);
      float[][] logits = Prediction.logits(
          network, weights, examples, bench.recipe.evaluate().batch(), bench.manager);
      float[] labels = new float[examples.size()];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = examples.label(i);
      }
      return new Predicted(logits, labels);
    }

    @Override
    public Score score(Metric metric) {
      return Metrics.score(metric, logits, labels);
    }
  }

  /** The first examples of a data set, at most so many. */
  static <E> Dataset<E> first(Dataset<E> examples, int most) {
    return examples.size() <= most
        ? examples
        : Subset.of(examples, IntStream.range(0, most).toArray());
  }
}
