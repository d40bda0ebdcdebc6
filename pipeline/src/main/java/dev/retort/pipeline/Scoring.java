package dev.retort.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.data.Dataset;
import dev.retort.data.Metric;
import dev.retort.data.Subset;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.evaluate.Score;
import dev.retort.space.UserException;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Measures networks on the dev and test parts of a task. */
final class Scoring {
  /** The file of a model's scores in its folder. */
  static final String FILE = "scores.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Scoring() {}

  /** The scores of one network; test is null where the task has no labelled test part. */
  record Scores(Score dev, @Nullable Score test) {
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
            json.has("test") ? score(metric, json.path("test")) : null);
      } catch (IOException e) {
        throw new UserException(
            UserException.Kind.INPUT, file + ": cannot be read (" + e.getMessage() + ")", e);
      }
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
    return new Scores(
        score(bench, data, weights, data.dev()),
        data.test() == null ? null : score(bench, data, weights, data.test()));
  }

  static Score score(Workbench bench, TaskData<?> data, Weights weights, Dataset<?> examples) {
    Network network = Network.of(weights.architecture(), bench.kernels);
    float[][] logits = Prediction.logits(
        network, weights, examples, bench.recipe.evaluate().batch(), bench.manager);
    float[] labels = new float[examples.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = examples.label(i);
    }
    return Metrics.score(data.material().metric(), logits, labels);
  }

  /** The first examples of a data set, at most so many. */
  static <E> Dataset<E> first(Dataset<E> examples, int most) {
    return examples.size() <= most
        ? examples
        : Subset.of(examples, IntStream.range(0, most).toArray());
  }
}
