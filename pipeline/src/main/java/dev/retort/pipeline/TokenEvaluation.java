package dev.retort.pipeline;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Dataset;
import dev.retort.data.Instruction;
import dev.retort.data.Instructions;
import dev.retort.data.MaskedWords;
import dev.retort.data.PromptTemplate;
import dev.retort.data.TaggedText;
import dev.retort.data.TextCorpus;
import dev.retort.data.TokenBlocks;
import dev.retort.data.TokenLabels;
import dev.retort.data.Tokenizer;
import dev.retort.distill.evaluate.Score;
import dev.retort.distill.evaluate.TagScores;
import dev.retort.distill.evaluate.TokenScores;
import dev.retort.pipeline.recipe.TaskRecipe;
import dev.retort.pipeline.recipe.TeacherFolder;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.space.text.DecoderFamily;
import dev.retort.space.text.EncoderFamily;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.EndTokens;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a model is measured that answers single tokens: a decoder on documents or instructions, an
 * encoder on masked or tagged words.
 *
 * @param documents what a document is
 * @param sequence tokens that it reads at once; null: what its files say, at most 1024
 * @param batch texts at a time; null: as many as have 2048 tokens together
 * @param masked the share of the pieces that is masked
 * @param seed of the masks; runs have 0
 * @param answers prompts that are answered, for ROUGE-L; 0: none
 * @param answerTokens the most tokens of an answer
 */
public record TokenEvaluation(
    TextCorpus.Documents documents,
    @Nullable Integer sequence,
    @Nullable Integer batch,
    double masked,
    long seed,
    int answers,
    int answerTokens) {
  /** What can be asked. */
  public static final ImmutableList<String> TASKS = ImmutableList.of(
      TaskRecipe.LANGUAGE, TaskRecipe.INSTRUCTIONS, TaskRecipe.MASKED, TaskRecipe.TAGGED);

  private static final int LONGEST = 1024;
  private static final int AT_ONCE = 2048;

  /** Checks the numbers. */
  public TokenEvaluation {
    if (!(masked > 0 && masked <= 1)) {
      throw new IllegalArgumentException("masked must be above 0 and at most 1, not " + masked);
    }
  }

  /** What a model answers, one of {@link #TASKS}; null where it is no single tokens. */
  public static @Nullable String task(Architecture architecture) {
    if (architecture.family() instanceof DecoderFamily) {
      return TaskRecipe.LANGUAGE;
    }
    if (!(architecture.family() instanceof EncoderFamily)) {
      return null;
    }
    return switch (EncoderFamily.head(architecture)) {
      case WORDS -> TaskRecipe.MASKED;
      case TOKENS -> TaskRecipe.TAGGED;
      case CLASSES, NONE -> null;
    };
  }

  /**
   * The same of the model in a folder, of which no weight is read.
   *
   * @throws UserException when it holds no model that can be read
   */
  public static @Nullable String task(Path folder) {
    return task(TeacherFolder.architecture(folder));
  }

  /** What is said of a model that answers something else than is asked. */
  static UserException other(Path folder, Architecture architecture, String asked) {
    String own = task(architecture);
    return new UserException(
        UserException.Kind.INPUT,
        folder + ": the model "
            + (own == null
                ? "answers no single tokens, " + asked + " asks for them. Give --task with a task"
                    + " of texts, or --labels"
                : (own.equals(TaskRecipe.LANGUAGE)
                        ? "tells the next token"
                        : own.equals(TaskRecipe.MASKED) ? "tells masked words" : "tags words")
                    + ", " + asked + " asks for something else. Give --task " + own
                    + (own.equals(TaskRecipe.LANGUAGE) ? " or " + TaskRecipe.INSTRUCTIONS : ""))
            + ".");
  }

  /**
   * Measures a model.
   *
   * @param folder Retort's or Hugging Face's, with its tokenizer
   * @param asked one of {@link #TASKS}; null: what the model answers
   * @param data the file of the texts; of documents also a folder
   * @param tags the tags in the order of the outputs; null: as the model names them
   * @param manager owns the arrays
   * @throws UserException when model, task and data do not fit each other
   */
  public Evaluation of(
      Path folder,
      @Nullable String asked,
      Path data,
      @Nullable ImmutableList<String> tags,
      NDManager manager) {
    ModelFolder model = ModelFolder.read(folder, manager);
    Architecture architecture = model.weights().architecture();
    String own = task(architecture);
    String task = asked == null ? own : asked;
    boolean fits = own != null
        && (own.equals(task)
            || own.equals(TaskRecipe.LANGUAGE) && TaskRecipe.INSTRUCTIONS.equals(task));
    if (task == null || !fits) {
      throw other(folder, architecture, task == null ? "the file" : task);
    }
    ModelTexts texts = ModelTexts.of(model);
    Measuring measuring =
        new Measuring(this, task, model, texts.tokenizer(), length(texts, architecture), manager);
    return switch (task) {
      case TaskRecipe.LANGUAGE -> measuring.documents(data);
      case TaskRecipe.INSTRUCTIONS -> measuring.instructions(data);
      case TaskRecipe.MASKED -> measuring.masked(data);
      default -> measuring.tagged(data, tags == null ? model.labels() : tags);
    };
  }

  private int length(ModelTexts texts, Architecture architecture) {
    if (sequence == null) {
      return Math.min(LONGEST, texts.sequence());
    }
    int longest = architecture.family().longest(architecture);
    if (sequence < 2 || sequence > longest) {
      throw new UserException(
          UserException.Kind.USAGE,
          "--sequence: found " + sequence + "; allowed: from 2 to " + longest
              + ", the model's positions.");
    }
    return sequence;
  }

  /** One model on its way. */
  private record Measuring(
      TokenEvaluation how,
      String task,
      ModelFolder model,
      Tokenizer tokenizer,
      int length,
      NDManager manager) {
    private static final Kernels KERNELS = new EagerKernels();

    Evaluation documents(Path data) {
      List<int[]> all =
          TextParts.tokens(corpus(data), tokenizer, TokenBlocks.Ends.of(tokenizer)::around);
      TokenScores scores = scores(TokenBlocks.packed(all, length, tokenizer.pad()));
      return evaluation(
          scores.tokens(),
          "next tokens of " + all.size() + " documents, packed into blocks of " + length,
          ImmutableList.of(scores.perplexity(), scores.accuracy()));
    }

    Evaluation instructions(Path data) {
      Instructions all =
          Instructions.of(tokenizer, Instruction.read(data, PromptTemplate.ALPACA), length);
      TokenScores scores = scores(all);
      ImmutableList.Builder<Score> every = ImmutableList.builder();
      every.add(scores.perplexity(), scores.accuracy());
      String answered = "";
      if (how.answers > 0) {
        ImmutableSet<Integer> ends = EndTokens.of(model.folder(), tokenizer.specials());
        Score rouge = new Answers(how.answers, how.answerTokens)
            .rouge(all, tokenizer, weights(), KERNELS, ends);
        every.add(rouge);
        answered = "; rouge-l of the first " + rouge.examples() + " prompts, answered with the"
            + " likeliest tokens, " + how.answerTokens + " at most";
      }
      return evaluation(
          scores.tokens(),
          "tokens of the answers, prompts left out"
              + (all.leftOut() == 0
                  ? ""
                  : ", without " + all.leftOut() + " whose prompt leaves no room")
              + answered,
          every.build());
    }

    Evaluation masked(Path data) {
      MaskedWords masking = MaskedWords.of(how.masked, tokenizer);
      List<int[]> all = TextParts.tokens(corpus(data), tokenizer, UnaryOperator.identity());
      TokenScores scores = scores(MaskedMaterial.masked(all, tokenizer, length, masking, how.seed));
      return evaluation(
          scores.tokens(),
          "masked words: " + MaskedMaterial.percent(how.masked)
              + " of the pieces drawn by the seed "
              + how.seed + ", 80 % of these shown as the mask, 10 % as another piece, 10 % as they"
              + " are",
          ImmutableList.of(scores.perplexity(), scores.accuracy()));
    }

    Evaluation tagged(Path data, ImmutableList<String> tags) {
      int outputs = weights().architecture().integer("classes");
      if (tags.size() != outputs) {
        throw new UserException(
            UserException.Kind.INPUT,
            model.folder() + ": the model has " + outputs + " outputs, there are " + tags.size()
                + " tags. Give --labels with a tag for each output, in their order.");
      }
      Dataset<?> all = TokenLabels.of(tokenizer, TaggedText.read(data), tags, length);
      TagScores scores = TagScores.of(network(), weights(), all, tags, batch(), manager);
      boolean entities = TagScores.ofEntities(tags);
      return evaluation(
          scores.tokens(),
          "words, tagged by the first piece of each, within " + length + " tokens",
          entities
              ? ImmutableList.of(scores.entityF1(), scores.accuracy())
              : ImmutableList.of(scores.accuracy()));
    }

    private TextCorpus corpus(Path data) {
      return new TextCorpus(data, how.documents);
    }

    private int batch() {
      return how.batch == null ? Math.max(1, AT_ONCE / length) : how.batch;
    }

    private Weights weights() {
      return model.weights();
    }

    private Network network() {
      return Network.of(weights().architecture(), KERNELS);
    }

    private TokenScores scores(Dataset<?> examples) {
      return TokenScores.of(network(), weights(), examples, batch(), manager);
    }

    private Evaluation evaluation(long tokens, String of, ImmutableList<Score> scores) {
      return new Evaluation(
          weights().architecture(),
          length,
          scores,
          new Evaluation.Tokens(task, tokens, String.format(Locale.ROOT, "%,d %s", tokens, of)));
    }
  }
}
