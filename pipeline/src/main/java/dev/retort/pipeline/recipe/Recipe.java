package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Accounting;
import dev.retort.space.Families;
import dev.retort.space.Family;
import dev.retort.space.InputShape;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A recipe: the whole job, every default filled in. Immutable; {@link RecipeReader} reads one,
 * {@link EffectiveRecipe} writes one that reads back to an equal one.
 *
 * <p>Paths are absolute here. In a file a relative path is looked up beside the recipe first, then
 * in the working directory; {@code output} is relative to the working directory.
 *
 * <pre>{@code
 * retort: 1
 * seed: 17
 * task: sst-2
 * data: glue
 * teacher: {model: models/bert-sst2}
 * corpus: {task-train: true, held-out: 2%}
 * space:
 *   sub-spaces:
 *     tiny:  {layers: 4..7, hidden: 128..224/32, heads: 7..10, ratio: 2..3.5/0.5}
 *     small: {layers: 9..12, hidden: 256..352/32, heads: 7..10, ratio: 2.5..4/0.5}
 * train: {steps: 2000, per-sub-space: {tiny: {steps: 4000}}}
 * search: {budget: {flops: 50%}}
 * finetune: {objectives: [cross-entropy, {nkd: {gamma: 1.5}}]}
 * export: [hugging-face]
 * }</pre>
 *
 * @param retort version of the recipe's form; 1; must be given
 * @param name its name in reports and run folders; default none: the file's name
 * @param seed of every random stream; default 17
 * @param device {@code auto} (default: a GPU where there is one), {@code cpu} or {@code gpu}
 * @param precision of matrix products: {@code fp32} (default) or {@code bf16}
 * @param workers SuperLMs and students trained side by side, each with its share of the cores;
 *     default 1
 * @param task what students are fine-tuned for and measured on; none: a task-agnostic distillation,
 *     which ends with the search
 * @param data the folder of the files of a task that is given by name; a language model may be
 *     without: what its teacher writes is then all its text
 * @param sequence pieces a text, [CLS] and [SEP] included; longer ones are cut; default 128; null
 *     for images
 * @param tokenizer default the teacher folder's; null for images
 * @param checkpoint when trainings save; default {every: 100, keep: 2}
 * @param teacher whom the students learn from; must be given where they are searched; null: nobody
 * @param teachers further teachers by name, for objectives that name one; default none
 * @param students where they come from: {@code corpus}, {@code space}, {@code train} and {@code
 *     search}, or {@code student}
 * @param finetune how they are fine-tuned; none: not; must be given with {@code student}
 * @param evaluate what is measured
 * @param export forms that the students are written in beside Retort's own; default none
 * @param output the run's folder; default runs/DATE-NAME
 */
public record Recipe(
    int retort,
    @Nullable String name,
    long seed,
    Device device,
    Precision precision,
    int workers,
    @Nullable TaskRecipe task,
    @Nullable Path data,
    @Nullable Integer sequence,
    @Nullable TokenizerRecipe tokenizer,
    CheckpointRecipe checkpoint,
    @Nullable TeacherRecipe teacher,
    ImmutableMap<String, FurtherTeacher> teachers,
    Students students,
    @Nullable FinetuneRecipe finetune,
    EvaluateRecipe evaluate,
    ImmutableList<String> export,
    @Nullable Path output) {
  /** The form of recipe that this program reads. */
  public static final int VERSION = 1;

  /** The forms that a student can be exported in. */
  public static final ImmutableList<String> EXPORTS = ImmutableList.of("hugging-face");

  /** Where tensors live. */
  public enum Device {
    AUTO,
    CPU,
    GPU
  }

  /** The numbers of matrix products; weights and sums stay fp32. */
  public enum Precision {
    FP32,
    BF16
  }

  /** What it is about. */
  public Subject subject() {
    Subject subject = Subject.of(family());
    return task instanceof TaskRecipe.OfTokens tokens ? subject.with(tokens.kind()) : subject;
  }

  /**
   * What costs are counted for: one example; of language models one token, and those before it
   * whose keys and values are kept.
   */
  public InputShape counted() {
    Integer cached = students.cached();
    return cached == null ? input(1) : new InputShape(1, 1, cached);
  }

  /** The family that says what it is about. */
  Family family() {
    return Objects.requireNonNull(Families.find(students.family()));
  }

  /** The unlabelled text or images. */
  public CorpusRecipe corpus() {
    return students.corpus();
  }

  /**
   * The network that says how all are given their input, by its tokenizer, resolution and the like:
   * the teacher, or the student where there is none.
   */
  public NetworkRecipe reader() {
    if (teacher != null) {
      return teacher;
    }
    if (students instanceof Students.Given given) {
      return given.student();
    }
    throw new IllegalStateException("A recipe whose students are searched has a teacher");
  }

  /** How costs are counted. */
  public Accounting accounting() {
    return Accounting.named(RecipeTree.word(students.accounting()));
  }

  /** What a network of this recipe is given at once. */
  public InputShape input(int batch) {
    return new InputShape(batch, sequence == null ? 1 : sequence);
  }

  /** Whether its networks look at images, and not at text. */
  public boolean images() {
    return sequence == null;
  }

  /**
   * Pieces a text.
   *
   * @throws IllegalStateException where the recipe is about images
   */
  public int pieces() {
    if (sequence == null) {
      throw new IllegalStateException("A recipe for images has no sequence (" + name + ")");
    }
    return sequence;
  }

  /** Reads the whole recipe; null where a part that must be there is missing. */
  static @Nullable Recipe read(Section section) {
    if (!section.has("retort")) {
      section.missing("retort", "retort: 1, the version of the recipe's form");
    }
    int retort = section.integer("retort", VERSION, VERSION, VERSION);
    String name = section.text("name", "a name");
    long seed = section.whole("seed", 17, Long.MIN_VALUE + 1, Long.MAX_VALUE);
    Device device = section.word("device", Device.AUTO);
    Precision precision = section.word("precision", Precision.FP32);
    int workers = section.integer("workers", 1, 1, 1024);
    Subject subject = Subject.of(section);
    TaskRecipe task = TaskRecipe.read(section, "task", subject);
    Path data = section.path("data", "the folder of the task's files");
    checkData(section, task);
    Integer sequence = null;
    TokenizerRecipe tokenizer = null;
    if (subject != Subject.IMAGES) {
      sequence = section.integer("sequence", 128, 3, 65_536);
      tokenizer = TokenizerRecipe.read(section, "tokenizer");
    } else {
      section.foreign(Subject.OF_TEXT, "sequence", "tokenizer");
    }
    CheckpointRecipe checkpoint =
        CheckpointRecipe.read(section.section("checkpoint"), CheckpointRecipe.STANDARD);
    TeacherRecipe teacher = TeacherRecipe.first(section, checkpoint, subject);
    ImmutableMap<String, FurtherTeacher> teachers = section.named(
        "teachers", (all, each) -> FurtherTeacher.read(all, each, checkpoint, subject));
    if (!section.has(TeacherRecipe.FIRST) && !teachers.isEmpty()) {
      section.mistake(
          "teachers", "found without teacher; allowed: beside it; call the first one teacher");
    }
    Students students = Students.read(section, checkpoint, subject, sequence);
    FinetuneRecipe finetune = FinetuneRecipe.read(section, checkpoint, subject);
    EvaluateRecipe evaluate = EvaluateRecipe.read(section, task, subject);
    ImmutableList<String> export = section.words("export", ImmutableList.of(), EXPORTS);
    String outputText = section.text("output", "a folder");
    Path output = outputText == null ? null : section.reading().written(outputText);
    if (students != null) {
      checkText(section, task, teacher, students);
    }
    if (students instanceof Students.Given && !section.has("finetune")) {
      section.missing("finetune", "a mapping that says how the student is trained");
    }
    section.close();
    return students == null || teacher == null && students instanceof Students.Searched
        ? null
        : new Recipe(
            retort,
            name,
            seed,
            device,
            precision,
            workers,
            task,
            data,
            sequence,
            tokenizer,
            checkpoint,
            teacher,
            teachers,
            students,
            finetune,
            evaluate,
            export,
            output);
  }

  private static void checkData(Section section, @Nullable TaskRecipe task) {
    if (task != null && TaskRecipe.needsData(task) && !section.has("data")) {
      section.mistake(
          "task",
          "found " + task.name() + " without data; allowed: with the folder of"
              + " its files; add data: FOLDER or --set data=FOLDER");
    }
    if (task != null && TaskRecipe.namesFiles(task) && section.has("data")) {
      section.mistake(
          "data",
          "found beside a task with files of its own; allowed: with a task that is given by"
              + " name; take it out");
    }
  }

  /** A language model without text of its task has only what its teacher writes. */
  private static void checkText(
      Section section,
      @Nullable TaskRecipe task,
      @Nullable TeacherRecipe teacher,
      Students students) {
    CorpusRecipe corpus = students.corpus();
    if (students instanceof Students.Given && corpus.generated() != null) {
      checkGenerated(section, task, teacher);
    }
    if (!(task instanceof TaskRecipe.Language) || section.has("data")) {
      return;
    }
    String advice = "add data: FOLDER, or task: {name: …, train: FILE}";
    if (corpus.generated() == null) {
      section.mistake(
          "corpus",
          "found no text of the task; allowed without it: generated, text that the teacher writes;"
              + " write corpus: {generated: {texts: 2000}} or " + advice);
    }
    if (teacher != null && teacher.train() != null) {
      section.mistake(
          "teacher",
          "found a teacher to be trained, but no text to train it on; allowed: a teacher that is"
              + " used as it is, on what it writes itself; " + advice);
    }
  }

  /** What the teacher writes is all the text of a student that is given, or none of it. */
  private static void checkGenerated(
      Section section, @Nullable TaskRecipe task, @Nullable TeacherRecipe teacher) {
    if (!(task instanceof TaskRecipe.Language) || section.has("data")) {
      section.mistake(
          "corpus",
          "found text that the teacher writes beside text of the task; allowed with a student that"
              + " is given: one of the two; take it out, or data");
    } else if (teacher == null) {
      section.mistake(
          "corpus",
          "found text that a teacher writes without a teacher; allowed: beside one;"
              + " add teacher");
    }
  }
}
