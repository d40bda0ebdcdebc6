package dev.retort.pipeline;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Alteration;
import dev.retort.data.Dataset;
import dev.retort.data.Example;
import dev.retort.data.Metric;
import dev.retort.data.TaggedText;
import dev.retort.data.TextCorpus;
import dev.retort.data.TokenLabels;
import dev.retort.data.Tokenizer;
import dev.retort.data.WordDropout;
import dev.retort.distill.evaluate.TagScores;
import dev.retort.pipeline.recipe.EncoderHead;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.TaggedFiles;
import dev.retort.pipeline.recipe.TaskRecipe;
import dev.retort.pipeline.recipe.TrainRecipe;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.space.Architecture;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.format.StudentFolder;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Texts whose words are tagged, the first piece of each.
 *
 * @param recipe what is asked
 * @param tokenizer how words become tokens
 * @param asked the files and the tags
 */
record TaggedMaterial(Recipe recipe, Tokenizer tokenizer, TaggedFiles asked)
    implements Material<Example> {
  private static final Splitter WORDS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();

  static TaggedMaterial of(Recipe recipe, @Nullable ModelFolder teacher) {
    return new TaggedMaterial(
        recipe, TextMaterial.tokenizer(recipe.tokenizer(), teacher), TaggedFiles.of(recipe));
  }

  @Override
  public String task() {
    return Objects.requireNonNull(recipe.task(), "a checked recipe has a task").name();
  }

  @Override
  public ImmutableList<String> labels() {
    return asked.labels();
  }

  @Override
  public Architecture headed(Architecture found) {
    return EncoderHead.TAGS.on(found, labels().size());
  }

  /** Entities count where the tags name them, else single tags. */
  @Override
  public Metric metric() {
    return TagScores.ofEntities(labels()) ? Metric.ENTITY_F1 : Metric.TOKEN_ACCURACY;
  }

  @Override
  public ImmutableList<Metric> further() {
    return metric() == Metric.ENTITY_F1
        ? ImmutableList.of(Metric.TOKEN_ACCURACY)
        : ImmutableList.of();
  }

  @Override
  public String given() {
    return "Networks tag the words of a text by the first piece of each; words beyond "
        + recipe.pieces() + " tokens are left out. ";
  }

  @Override
  public TaskData<Example> read(Workbench bench) {
    TextParts<TaggedText> all =
        TextParts.read(asked.files(), TaggedText::read).parted(recipe.evaluate());
    Dataset<Example> train = labelled(all.train());
    TextCorpus text = recipe.corpus().corpus();
    Dataset<Example> corpus = text == null ? train : labelled(untagged(text));
    return TaskData.of(
        recipe,
        this,
        new TaskData.Parts<>(
            train, corpus, labelled(all.requireDev()), labelled(all.requireTest())));
  }

  /** Text without tags: every word has one that nobody looks at. */
  private List<TaggedText> untagged(TextCorpus text) {
    String tag = labels().get(0);
    return text.texts().stream()
        .map(each -> ImmutableList.copyOf(WORDS.split(each)))
        .map(words ->
            new TaggedText(words, ImmutableList.copyOf(Collections.nCopies(words.size(), tag))))
        .toList();
  }

  private Dataset<Example> labelled(List<TaggedText> texts) {
    return TokenLabels.of(tokenizer, texts, labels(), recipe.pieces());
  }

  @Override
  public Alteration alteration(TrainingRecipe how) {
    return WordDropout.of(Objects.requireNonNull(how.wordDropout()), tokenizer);
  }

  @Override
  public Alteration alteration(TrainRecipe how) {
    return WordDropout.of(Objects.requireNonNull(how.maskInputs()), tokenizer);
  }

  @Override
  public StudentFolder.Description description() {
    return new StudentFolder.Description(
        labels(),
        tokenizer.lowerCase(),
        ImmutableList.copyOf(files().keySet()),
        ImmutableMap.of("task", TaskRecipe.TAGGED));
  }

  @Override
  public ImmutableMap<String, String> files() {
    return tokenizer.files(recipe.pieces());
  }
}
