package dev.retort.pipeline.recipe;

import dev.retort.data.TextCorpus;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The unlabelled text or images that super-nets are trained and searched on. Of text one of {@code
 * text} and {@code task-train} is given, for language models one of these and {@code generated}; of
 * images {@code task-train}.
 *
 * @param text a file of sentences or documents, plain or .gz, or a folder of them; null for images
 * @param documents what one of them is: {@code line} (default), {@code blank-line}, the lines up to
 *     a blank one, or {@code file}; also of the task's text where it is documents; null for images
 * @param generated what the teacher writes; for language models
 * @param taskTrain whether it is that of the task's training examples, without their labels
 * @param heldOut sentences or images kept from training, for the search: a count or a share;
 *     default 2%
 * @param limit at most so many, held-out ones included, drawn by the seed; default all
 */
public record CorpusRecipe(
    @Nullable Path text,
    TextCorpus.@Nullable Documents documents,
    @Nullable GeneratedRecipe generated,
    boolean taskTrain,
    Amount heldOut,
    @Nullable Integer limit) {

  /**
   * The unlabelled text.
   *
   * @return null where it is none of a file
   */
  public @Nullable TextCorpus corpus() {
    return text == null ? null : corpus(text);
  }

  /**
   * Text as documents.
   *
   * @throws IllegalStateException where the recipe is about images
   */
  public TextCorpus corpus(Path file) {
    if (documents == null) {
      throw new IllegalStateException("A recipe for images has no documents (" + file + ")");
    }
    return new TextCorpus(file, documents);
  }

  static @Nullable CorpusRecipe read(Section recipe, Subject subject, @Nullable Integer sequence) {
    if (!recipe.has("corpus")) {
      recipe.missing(
          "corpus",
          switch (subject) {
            case TEXT, WORDS, TAGS -> "a mapping with text: FILE or task-train: true";
            case LANGUAGE -> "a mapping with text: FILE, task-train: true or generated: {…}";
            case IMAGES -> "a mapping with task-train: true";
          });
      return null;
    }
    Section section = recipe.section("corpus");
    Path text = null;
    TextCorpus.Documents documents = null;
    boolean taskTrain = section.flag("task-train", false);
    GeneratedRecipe generated = null;
    if (subject == Subject.LANGUAGE && sequence != null) {
      generated = GeneratedRecipe.read(section, "generated", sequence);
    } else {
      section.foreign(Subject.OF_LANGUAGE, "generated");
    }
    if (subject == Subject.IMAGES) {
      section.foreign(Subject.OF_TEXT, "text", "documents");
      if (!taskTrain) {
        section.mistake(
            "task-train",
            "found none; allowed for images: true, the task's training images without their"
                + " labels; say task-train: true");
      }
    } else {
      text = section.path("text", "a file of sentences, one a line");
      documents = section.word("documents", TextCorpus.Documents.LINE);
    }
    if (subject == Subject.LANGUAGE) {
      checkOne(section, taskTrain);
    } else if (subject.encodes() && section.has("text") == taskTrain) {
      section.mistake(
          taskTrain ? "task-train" : "text",
          taskTrain
              ? "found beside text; allowed: one of the two; take one out"
              : "found neither text nor task-train; allowed: one of the two; say text: FILE, or"
                  + " task-train: true for the task's training text without its labels");
    }
    Amount heldOut = OptimizerRecipe.amount(section, "held-out", Amount.percent(2));
    if (heldOut.value() == 0 || heldOut.percent() && heldOut.value() >= 100) {
      section.mistake(
          "held-out",
          "found " + heldOut + "; allowed: a count above 0, or a share"
              + " above 0% and below 100%; the search needs examples that were not trained on");
    }
    CorpusRecipe read = new CorpusRecipe(
        text,
        documents,
        generated,
        taskTrain,
        heldOut,
        section.integerOrNone("limit", null, 1, 1_000_000_000));
    section.close();
    return read;
  }

  /** Of a student that is given: the task's own text or images, or what the teacher writes. */
  static CorpusRecipe ofGiven(Section recipe, Subject subject, @Nullable Integer sequence) {
    TextCorpus.Documents documents = null;
    GeneratedRecipe generated = null;
    if (!subject.ofDocuments()) {
      if (recipe.has("corpus")) {
        recipe.mistake(
            "corpus",
            "found beside student; allowed: with students that are searched; a student that is"
                + " given is trained on the task's examples; take it out");
      }
    } else {
      Section section = recipe.section("corpus");
      documents = section.word("documents", TextCorpus.Documents.LINE);
      if (subject == Subject.LANGUAGE && sequence != null) {
        generated = GeneratedRecipe.read(section, "generated", sequence);
      }
      section.close();
    }
    return new CorpusRecipe(null, documents, generated, generated == null, Amount.NONE, null);
  }

  private static void checkOne(Section section, boolean taskTrain) {
    long given = Stream.of(section.has("text"), section.has("generated"), taskTrain)
        .filter(each -> each)
        .count();
    if (given != 1) {
      section.mistake(
          "text",
          "found " + (given == 0 ? "none" : "several") + " of text, task-train and generated;"
              + " allowed: one of them; text: FILE, task-train: true for the task's own text, or"
              + " generated: {texts: 2000} for what the teacher writes");
    }
  }
}
