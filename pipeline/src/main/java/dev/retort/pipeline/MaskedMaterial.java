package dev.retort.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Alteration;
import dev.retort.data.Dataset;
import dev.retort.data.Example;
import dev.retort.data.MaskedTexts;
import dev.retort.data.MaskedWords;
import dev.retort.data.Metric;
import dev.retort.data.TextCorpus;
import dev.retort.data.TokenStore;
import dev.retort.data.Tokenizer;
import dev.retort.pipeline.recipe.EncoderHead;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.TaskRecipe;
import dev.retort.pipeline.recipe.TextFiles;
import dev.retort.pipeline.recipe.TrainRecipe;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.format.StudentFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Documents of which words are masked: other ones in every step of a training, always the same
 * where networks are measured and searched. A document is an example; one that is too long is cut
 * into several.
 *
 * @param recipe what is asked
 * @param asked the task
 * @param tokenizer how texts become tokens
 * @param masking which words are masked
 */
record MaskedMaterial(
    Recipe recipe, TaskRecipe.Masked asked, Tokenizer tokenizer, MaskedWords masking)
    implements Material<Example> {
  /** Of the masks that networks are measured on: the same for all seeds, to compare runs. */
  private static final long MASKS = 0;

  static MaskedMaterial of(Recipe recipe, @Nullable ModelFolder teacher) {
    TaskRecipe.Masked task = (TaskRecipe.Masked) Objects.requireNonNull(recipe.task());
    Tokenizer tokenizer = TextMaterial.tokenizer(recipe.tokenizer(), teacher);
    return new MaskedMaterial(recipe, task, tokenizer, MaskedWords.of(task.masked(), tokenizer));
  }

  /**
   * Documents as examples to be masked, those that are too long in several.
   *
   * @param seed of the masks of networks that are measured
   */
  static Dataset<Example> masked(
      List<int[]> documents, Tokenizer tokenizer, int sequence, MaskedWords masking, long seed) {
    int[] before = tokenizer.before();
    int[] behind = tokenizer.behind();
    int room = sequence - before.length - behind.length;
    if (room < 1) {
      throw new UserException(
          UserException.Kind.USAGE,
          "A sequence of " + sequence + " tokens leaves no room for words beside "
              + (before.length + behind.length) + " special tokens. Allow more.");
    }
    List<Example> examples = new ArrayList<>();
    for (int[] document : documents) {
      for (int from = 0; from < document.length; from += room) {
        int count = Math.min(room, document.length - from);
        int[] ids = Arrays.copyOf(before, before.length + count + behind.length);
        System.arraycopy(document, from, ids, before.length, count);
        System.arraycopy(behind, 0, ids, before.length + count, behind.length);
        examples.add(new Example(ids, new int[ids.length], Float.NaN));
      }
    }
    if (examples.isEmpty()) {
      throw new UserException(
          UserException.Kind.INPUT, "The text has no words to be masked. Give more text.");
    }
    return MaskedTexts.of(TokenStore.of(examples, tokenizer.pad()), masking, tokenizer.pad(), seed);
  }

  /** A share in per cent, without needless digits. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.4g", 100 * share).replaceFirst("\\.?0+$", "") + " %";
  }

  @Override
  public String task() {
    return asked.name();
  }

  @Override
  public ImmutableList<String> labels() {
    return ImmutableList.of();
  }

  @Override
  public Architecture headed(Architecture found) {
    return EncoderHead.WORDS.on(found, 0);
  }

  @Override
  public Metric metric() {
    return Metric.PERPLEXITY;
  }

  @Override
  public ImmutableList<Metric> further() {
    return ImmutableList.of(Metric.TOKEN_ACCURACY);
  }

  @Override
  public String given() {
    return "Networks tell which word stood where it is masked, in texts of at most "
        + recipe.pieces() + " tokens: " + percent(asked.masked())
        + " of the pieces, of which 80 % are shown as the mask, 10 % as another piece and 10 % as"
        + " they are. Measured are always the same masks, trained on are new ones in each step. ";
  }

  @Override
  public TaskData<Example> read(Workbench bench) {
    TextFiles files =
        Objects.requireNonNull(TextFiles.of(recipe), "a checked recipe has files of its task");
    TextParts<int[]> all = TextParts.documents(recipe, files, tokenizer, UnaryOperator.identity())
        .parted(recipe.evaluate());
    Dataset<Example> train = masked(all.train());
    TextCorpus text = recipe.corpus().corpus();
    Dataset<Example> corpus =
        text == null ? train : masked(TextParts.tokens(text, tokenizer, UnaryOperator.identity()));
    return TaskData.of(
        recipe,
        this,
        new TaskData.Parts<>(train, corpus, masked(all.requireDev()), masked(all.requireTest())));
  }

  private Dataset<Example> masked(List<int[]> documents) {
    return masked(documents, tokenizer, recipe.pieces(), masking, MASKS);
  }

  @Override
  public Alteration alteration(TrainingRecipe how) {
    return masking;
  }

  @Override
  public Alteration alteration(TrainRecipe how) {
    return masking;
  }

  @Override
  public StudentFolder.Description description() {
    return new StudentFolder.Description(
        labels(),
        tokenizer.lowerCase(),
        ImmutableList.copyOf(files().keySet()),
        ImmutableMap.of("task", TaskRecipe.MASKED));
  }

  @Override
  public ImmutableMap<String, String> files() {
    return tokenizer.files(recipe.pieces());
  }
}
