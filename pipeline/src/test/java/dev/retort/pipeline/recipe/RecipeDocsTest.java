package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/recipes.md to the reader: the keys that the reader lists when it meets an unknown one
 * are those of the page, section by section, and the defaults are those that it fills in.
 *
 * <p>A heading of the page names its sections as code: {@code train}, {@code *.optimizer} for every
 * section of that name, none for the recipe itself. A default that is written as code is compared.
 */
final class RecipeDocsTest {
  private static final String UNKNOWN = "zzz";
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");
  private static final Pattern ALLOWED =
      Pattern.compile("found an unknown key; allowed: ([a-z0-9, -]*)");

  /** Keys under which a section's keys are the user's names, with a name for each. */
  private static final ImmutableMap<String, String> NAMED = ImmutableMap.of(
      "teachers", "large",
      "space.sub-spaces", "tiny",
      "train.per-sub-space", "part-1",
      "search.budgets", "half",
      "finetune.baseline-train", "scratch");

  /** What a recipe about images has to say, whatever the default. */
  private static final Set<String> GIVEN = Set.of("family", "task-train");

  /** One section of the page: its keys and their defaults, in the page's words. */
  private record Documented(List<String> sections, Map<String, String> defaults) {
    boolean is(String section) {
      String general = section
          .replaceAll("(sub-spaces|budgets|teachers)\\.[a-z0-9-]+", "$1.NAME")
          .replaceAll("(per-sub-space|baseline-train)\\.[a-z0-9-]+", "$1.NAME");
      if (sections.isEmpty()) {
        return section.isEmpty() && !defaults.isEmpty();
      }
      return sections.stream()
          .anyMatch(each ->
              each.startsWith("*.") ? general.endsWith(each.substring(1)) : each.equals(general));
    }
  }

  private static List<Documented> page() throws IOException {
    Path file = Path.of(System.getProperty("retort.root")).resolve("docs/recipes.md");
    List<Documented> page = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("#")) {
        List<String> sections = new ArrayList<>();
        Matcher code = CODE.matcher(line);
        while (code.find()) {
          sections.add(code.group(1));
        }
        page.add(new Documented(sections, new LinkedHashMap<>()));
      } else if (line.startsWith("| `")) {
        List<String> cells = Splitter.on('|').trimResults().splitToList(line);
        page.get(page.size() - 1)
            .defaults()
            .put(cells.get(1).substring(1, cells.get(1).length() - 1), cells.get(3));
      }
    }
    return page;
  }

  /** The sections that the reader knows and the keys of each. */
  private static Map<String, Set<String>> read(String text) {
    Map<String, Set<String>> sections = new TreeMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(""));
    while (!open.isEmpty()) {
      String section = open.pop();
      Set<String> keys = keys(text, section);
      if (!keys.isEmpty() && !keys.contains("per-layer")) {
        sections.put(section, keys);
        for (String key : keys) {
          String path = section.isEmpty() ? key : section + "." + key;
          String name = NAMED.get(path);
          open.push(name == null ? path : path + "." + name);
        }
      }
    }
    return sections;
  }

  /** What the reader lists as allowed at an unknown key; none where there is no section. */
  private static Set<String> keys(String text, String section) {
    String path = section.isEmpty() ? UNKNOWN : section + "." + UNKNOWN;
    Set<String> keys = new TreeSet<>();
    for (String mistake : mistakes(text, path + "=1")) {
      Matcher allowed = ALLOWED.matcher(mistake);
      if (mistake.contains(path + ":") && allowed.find()) {
        keys.addAll(Splitter.on(", ").splitToList(allowed.group(1)));
      }
    }
    return keys;
  }

  private static List<String> mistakes(String text, String override) {
    try {
      Recipes.read(text, override);
      return List.of(); // the user's own name, such as that of a comparison
    } catch (RecipeErrors e) {
      return e.mistakes().stream().map(Mistake::toString).toList();
    }
  }

  @Test
  void thePageHasTheKeysOfTheReader() throws IOException {
    String fromModel =
        Recipes.LONG.replaceFirst("architecture: bert:\\S+", "model: models/teacher");
    Map<String, Set<String>> sections = read(Recipes.LONG);
    read(fromModel)
        .forEach((section, keys) -> sections.merge(section, keys, RecipeDocsTest::union));
    read(Recipes.IMAGES).forEach((section, keys) -> {
      // The dimensions of one family stand for those of all.
      if (!section.matches("space\\.(sub-spaces|dimensions|fixed)\\b.*")) {
        sections.merge(section, keys, RecipeDocsTest::union);
      }
    });
    for (String other : List.of(
        Recipes.LANGUAGE,
        Recipes.MASKED,
        Recipes.TAGGED,
        Recipes.INSTRUCTIONS,
        Recipes.GIVEN,
        Recipes.GIVEN.replaceFirst("architecture: \"\\S+\", initial: random", "model: m"))) {
      read(other).forEach((section, keys) -> {
        if (!section.matches("space\\.(sub-spaces|dimensions|fixed)\\b.*")) {
          sections.merge(section, keys, RecipeDocsTest::union);
        }
      });
    }
    assertThat(sections)
        .containsKeys("corpus.generated", "train.augment.rand-augment", "teacher.train.augment")
        .containsKeys("", "teacher.train.optimizer", "search.method", "space.fixed");

    List<Documented> page = page();
    Map<Documented, Set<String>> inAll = new LinkedHashMap<>();
    sections.forEach((section, keys) -> {
      List<Documented> found = page.stream().filter(each -> each.is(section)).toList();
      assertThat(found).as("headings of docs/recipes.md for `%s`", section).hasSize(1);
      inAll.merge(found.get(0), keys, RecipeDocsTest::union);
    });
    inAll.forEach((documented, keys) -> assertThat(documented.defaults().keySet())
        .as("keys in docs/recipes.md under %s", documented.sections())
        .containsExactlyInAnyOrderElementsOf(keys));
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new TreeSet<>(some);
    all.addAll(others);
    return all;
  }

  @Test
  void thePageHasTheDefaultsOfTheReader() throws IOException {
    String text = Recipes.SHORT
        + """
        task: {name: authors, labels: l.txt, train: train.tsv, dev: dev.tsv, test: test.tsv}
        tokenizer: {vocabulary: vocab.txt}
        finetune: {}
        """;
    assertThat(compared(text)).isGreaterThan(40);
    assertThat(compared(Recipes.IMAGES_SHORT)).isGreaterThan(40);
    assertThat(compared(Recipes.LANGUAGE_SHORT)).isGreaterThan(40);
    String masked = Recipes.SHORT + "task: masked-language-model\ndata: text\nfinetune: {}\n";
    assertThat(compared(masked)).isGreaterThan(40);
    String instructions =
        Recipes.LANGUAGE_SHORT.replace("task: language-model", "task: instructions\ndata: text");
    assertThat(compared(instructions)).isGreaterThan(40);
    String given = Recipes.GIVEN.replaceFirst("(?s), initial: random.*", "}\nfinetune: {}\n");
    assertThat(compared(given)).isGreaterThan(15);
  }

  /** Whole recipes of the pages begin as recipes do. */
  @Test
  void everyWholeRecipeOfThePageIsRead() throws IOException {
    Path file = Path.of(System.getProperty("retort.root")).resolve("docs/recipes.md");
    List<String> recipes = new ArrayList<>();
    Matcher block = Pattern.compile("```yaml\n(retort: 1\n.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(file));
    while (block.find()) {
      recipes.add(block.group(1));
    }
    assertThat(recipes)
        .hasSizeGreaterThan(3)
        .allSatisfy(
            text -> assertThat(Recipes.read(text).recipe().task()).as(text).isNotNull());
  }

  /** Compares the defaults of the page with those filled into a recipe; gives how many. */
  private static int compared(String text) throws IOException {
    Map<?, ?> recipe = (Map<?, ?>) RecipeTree.of(Recipes.read(text).recipe());
    int compared = 0;
    for (Documented documented : page()) {
      List<String> sections = documented.sections().isEmpty() ? List.of("") : documented.sections();
      for (String section : sections) {
        String path = section.startsWith("*.") ? "train." + section.substring(2) : section;
        for (Map.Entry<String, String> each : documented.defaults().entrySet()) {
          Object value = value(recipe, path.isEmpty() ? each.getKey() : path + "." + each.getKey());
          Matcher code = CODE.matcher(each.getValue());
          if (value != null && code.matches() && !GIVEN.contains(each.getKey())) {
            assertThat(code.group(1))
                .as("default in docs/recipes.md of %s.%s", path, each.getKey())
                .isEqualTo(value.toString());
            compared++;
          }
        }
      }
    }
    return compared;
  }

  private static @Nullable Object value(Map<?, ?> tree, String path) {
    Object at = tree;
    for (String key : Splitter.on('.').split(path)) {
      at = at instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return at;
  }
}
