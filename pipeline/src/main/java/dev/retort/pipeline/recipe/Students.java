package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the students of a recipe come from: they are searched, or one is given. */
public sealed interface Students extends RecipeTree.Beside {
  /** The keys of students that are searched, beside {@code corpus}. */
  ImmutableList<String> SEARCHED = ImmutableList.of("space", "train", "search");

  /** The family of networks, which says what the recipe is about. */
  String family();

  /** The unlabelled text or images. */
  CorpusRecipe corpus();

  /** Tokens before the one that costs are of; null but for language models. */
  @Nullable
  Integer cached();

  /** How costs are counted. */
  SearchRecipe.Accounting accounting();

  /**
   * Students that are searched in super-nets.
   *
   * @param corpus the unlabelled text; must be given
   * @param space what students may be; must be given
   * @param train how SuperLMs are trained
   * @param search how students are chosen; must be given
   */
  record Searched(CorpusRecipe corpus, SpaceRecipe space, TrainRecipe train, SearchRecipe search)
      implements Students {
    @Override
    public String family() {
      return space.family();
    }

    @Override
    public @Nullable Integer cached() {
      return search.cached();
    }

    @Override
    public SearchRecipe.Accounting accounting() {
      return search.accounting();
    }

    @Override
    public ImmutableMap<String, Object> beside() {
      return ImmutableMap.of("corpus", corpus, "space", space, "train", train, "search", search);
    }
  }

  /**
   * One student, which {@code finetune} trains.
   *
   * @param student what it is
   * @param corpus what its text is where that is documents or what the teacher writes
   * @param cached of a language model one less than the recipe's sequence, else null
   */
  record Given(StudentRecipe student, CorpusRecipe corpus, @Nullable Integer cached)
      implements Students {
    @Override
    public String family() {
      return student.family();
    }

    @Override
    public SearchRecipe.Accounting accounting() {
      return SearchRecipe.Accounting.EXACT;
    }

    @Override
    public Map<String, Object> beside() {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("student", student);
      Map<String, Object> text = new LinkedHashMap<>();
      if (corpus.documents() != null) {
        text.put("documents", corpus.documents());
      }
      if (corpus.generated() != null) {
        text.put("generated", corpus.generated());
      }
      if (!text.isEmpty()) {
        tree.put("corpus", text);
      }
      return tree;
    }
  }

  /** Reads them; null where a part that must be there is missing. */
  static @Nullable Students read(
      Section recipe, CheckpointRecipe checkpoint, Subject subject, @Nullable Integer sequence) {
    if (recipe.has("student")) {
      for (String key : SEARCHED) {
        if (recipe.has(key)) {
          recipe.mistake(
              key,
              "found beside student; allowed: either a student that is given (student), or students"
                  + " that are searched (corpus, space, train, search); take one of the two out");
        }
      }
      StudentRecipe student = StudentRecipe.read(recipe.section("student"), subject);
      CorpusRecipe corpus = CorpusRecipe.ofGiven(recipe, subject, sequence);
      Integer cached =
          subject == Subject.LANGUAGE && sequence != null ? Integer.valueOf(sequence - 1) : null;
      return new Given(student, corpus, cached);
    }
    CorpusRecipe corpus = CorpusRecipe.read(recipe, subject, sequence);
    SpaceRecipe space = SpaceRecipe.read(recipe);
    TrainRecipe train = TrainRecipe.read(recipe, checkpoint, subject);
    SearchRecipe search = SearchRecipe.read(recipe, subject, sequence);
    return corpus == null || space == null || search == null
        ? null
        : new Searched(corpus, space, train, search);
  }
}
