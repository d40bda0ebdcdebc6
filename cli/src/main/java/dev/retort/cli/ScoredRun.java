package dev.retort.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.pipeline.RunFolder;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.Students;
import dev.retort.search.SearchLog;
import dev.retort.search.SearchResult;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the search of a run has scored, and what its teacher costs; no weight is read. */
final class ScoredRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path run;
  private final Recipe recipe;
  private final SearchResult result;
  private final int top;

  private ScoredRun(Path run, Recipe recipe, SearchResult result, int top) {
    this.run = run;
    this.recipe = recipe;
    this.result = result;
    this.top = top;
  }

  static ScoredRun read(Path run) {
    Recipe recipe = RunFolder.recipe(run).recipe();
    Path log = run.resolve("search").resolve("log.jsonl");
    if (!(recipe.students() instanceof Students.Searched searched)) {
      throw new UserException(
          UserException.Kind.USAGE,
          run + ": nothing is searched in this run, its recipe gives the student. Give a run whose"
              + " recipe has space and search.");
    }
    if (!Files.isRegularFile(log)) {
      throw new UserException(
          UserException.Kind.INPUT,
          run + ": this run has not come to its search. Go on with it first: retort resume " + run);
    }
    SearchResult result = SearchResult.of(SearchLog.read(log), searched.search().objectives());
    return new ScoredRun(run, recipe, result, searched.search().top());
  }

  /** Students that each budget of the recipe was answered with. */
  int top() {
    return top;
  }

  SearchResult result() {
    return result;
  }

  Accounting accounting() {
    return recipe.accounting();
  }

  /** The teacher's cost, counted as the candidates'. */
  Cost teacher() {
    Path file = run.resolve("teacher").resolve("architecture.json");
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      Architecture teacher = Architecture.parse(json.path("architecture").asText());
      return accounting().cost(teacher, recipe.counted());
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          file + ": the teacher's architecture cannot be read (" + e.getMessage() + ").",
          e);
    }
  }
}
