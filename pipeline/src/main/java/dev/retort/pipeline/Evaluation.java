package dev.retort.pipeline;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import dev.retort.data.LabeledText;
import dev.retort.data.Task;
import dev.retort.data.TokenStore;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.distill.evaluate.Score;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.Network;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.kernel.EagerKernels;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A model measured on the data of a task.
 *
 * @param architecture what it is
 * @param size the most tokens of a text, or the pixels a side of an image
 * @param scores every metric of the task, the main one first
 * @param tokens which tokens were asked for; null where examples as a whole were
 */
public record Evaluation(
    Architecture architecture, int size, ImmutableList<Score> scores, @Nullable Tokens tokens) {
  /**
   * What was measured of single tokens.
   *
   * @param task what was asked
   * @param count how many tokens have a label
   * @param words which these are, in a sentence
   */
  public record Tokens(String task, long count, String words) {}

  /** A model that answers whole examples. */
  public Evaluation(Architecture architecture, int size, ImmutableList<Score> scores) {
    this(architecture, size, scores, null);
  }

  /**
   * Measures a model.
   *
   * @param folder Retort's or Hugging Face's
   * @param batch texts at a time
   * @param manager owns the arrays
   * @throws UserException when model, task and file do not fit each other
   */
  public static Evaluation of(Path folder, Task task, Path file, int batch, NDManager manager) {
    ModelFolder model = ModelFolder.read(folder, manager);
    Architecture architecture = model.weights().architecture();
    if (architecture.has("resolution")) {
      throw new UserException(
          UserException.Kind.INPUT,
          folder + ": the model looks at images, " + task.name() + " is of texts. Give a task of"
              + " images.");
    }
    if (TokenEvaluation.task(architecture) != null || !architecture.has("classes")) {
      throw TokenEvaluation.other(folder, architecture, task.name());
    }
    int[] order = order(model, task.name(), task.outputs(), task.labels());
    List<LabeledText> labelled = task.readLabeled(file);
    ModelTexts texts = ModelTexts.of(model);
    TokenStore examples =
        TokenStore.of(texts.tokenizer(), labelled, texts.sequence(), task.regression());
    float[][] logits = Prediction.logits(
        Network.of(architecture, new EagerKernels()), model.weights(), examples, batch, manager);
    float[][] predictions = new float[logits.length][order.length];
    float[] labels = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      for (int c = 0; c < order.length; c++) {
        predictions[i][c] = logits[i][order[c]];
      }
      labels[i] = examples.label(i);
    }
    return new Evaluation(
        architecture,
        texts.sequence(),
        task.metrics().stream()
            .map(metric -> Metrics.score(metric, predictions, labels))
            .collect(ImmutableList.toImmutableList()));
  }

  /**
   * The model's output for each class of the task: by name where the names are the same, else in
   * their order (models often call their classes LABEL_0, LABEL_1 and so on).
   */
  static int[] order(ModelFolder model, String task, int needed, List<String> labels) {
    int outputs = model.weights().architecture().integer("classes");
    if (outputs != needed) {
      throw new UserException(
          UserException.Kind.INPUT,
          model.folder() + ": the model has " + outputs + " outputs, " + task + " needs " + needed
              + ". Give a model that was trained for the task.");
    }
    List<String> own = lower(model.labels());
    List<String> wanted = lower(labels);
    boolean named = own.size() == wanted.size() && own.containsAll(wanted);
    int[] order = new int[outputs];
    for (int c = 0; c < outputs; c++) {
      order[c] = named && !wanted.isEmpty() ? own.indexOf(wanted.get(c)) : c;
    }
    return order;
  }

  private static List<String> lower(List<String> names) {
    return names.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
  }
}
