package dev.retort.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.primitives.ImmutableIntArray;
import dev.retort.data.Tokenizer;
import dev.retort.pipeline.recipe.GeneratedRecipe;
import dev.retort.space.UserException;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.generate.Generated;
import dev.retort.supernet.generate.GenerationListener;
import dev.retort.supernet.generate.GenerationOptions;
import dev.retort.supernet.generate.Generator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Text that the teacher writes, in {@code generated.jsonl} of the run's folder: a line for each
 * text with its {@code text} and the {@code ids} of its tokens, those that it begins and ends with
 * included. It is written once, whole, and read by a run that goes on.
 *
 * <p>A text is a function of the seed and its place, so the same recipe gives the same texts.
 */
final class GeneratedCorpus {
  static final String FILE = "generated.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Tokens after which is looked whether the run is to stop, and said how far it is. */
  private static final int OFTEN = 512;

  private GeneratedCorpus() {}

  /** The texts as tokens, written by a network unless they are there. */
  static List<int[]> of(Workbench bench, GeneratedRecipe how, Tokenizer tokenizer, Weights writer) {
    Path file = bench.run.root().resolve(FILE);
    if (!Files.exists(file)) {
      bench.progress.started(
          "corpus", "the teacher writes the text that students are distilled on", 0);
      long begin = System.nanoTime();
      RunFolder.write(file, write(bench, how, tokenizer, writer));
      bench.progress.finished("corpus", (System.nanoTime() - begin) / 1e9);
    }
    return read(file, how, tokenizer);
  }

  /** The ids that end a text: the end of text, and the beginning of another. */
  static ImmutableSortedSet<Integer> ends(Tokenizer tokenizer) {
    return Stream.of(tokenizer.specials().eos(), tokenizer.specials().bos())
        .flatMapToInt(each -> each.stream())
        .boxed()
        .collect(ImmutableSortedSet.toImmutableSortedSet(Integer::compare));
  }

  private static String write(
      Workbench bench, GeneratedRecipe how, Tokenizer tokenizer, Weights writer) {
    int[] begin = how.beginning(tokenizer);
    GenerationOptions options = GenerationOptions.greedy(how.tokens() - begin.length)
        .drawing(
            how.temperature(),
            how.topK(),
            how.topP(),
            bench.streams("generated").seed())
        .withStops(ends(tokenizer));
    Generator generator = new Generator(Network.of(writer.architecture(), bench.kernels), writer);
    List<Generated> texts =
        generator.generate(Collections.nCopies(how.texts(), begin), options, new Watch(bench));
    StringBuilder lines = new StringBuilder();
    for (Generated text : texts) {
      ImmutableIntArray ids = ImmutableIntArray.builder()
          .addAll(ImmutableIntArray.copyOf(begin))
          .addAll(text.tokens())
          .build();
      ObjectNode line = JSON.createObjectNode();
      line.put("text", tokenizer.decode(ids.toArray()));
      ArrayNode numbers = line.putArray("ids");
      ids.forEach(numbers::add);
      lines.append(line).append('\n');
    }
    return lines.toString();
  }

  /** Stops a generation when the run is to stop, and says how far it is. */
  private static final class Watch implements GenerationListener {
    private final Workbench bench;
    private long tokens;
    private int texts;

    Watch(Workbench bench) {
      this.bench = bench;
    }

    @Override
    public void wrote(int prompt, int token) {
      texts = Math.max(texts, prompt);
      if (++tokens % OFTEN == 0) {
        bench.checkStop();
        bench.progress.counted("corpus", texts);
      }
    }
  }

  private static List<int[]> read(Path file, GeneratedRecipe how, Tokenizer tokenizer) {
    List<int[]> texts = new ArrayList<>();
    try (Stream<String> lines = Files.lines(file)) {
      lines.forEach(line -> texts.add(ids(line, texts.size() + 1, file, tokenizer)));
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT, file + ": cannot be read (" + e.getMessage() + ").", e);
    }
    if (texts.size() != how.texts()) {
      throw wrong(file, texts.size(), "found " + texts.size() + " texts, not " + how.texts());
    }
    return texts;
  }

  private static int[] ids(String line, int number, Path file, Tokenizer tokenizer) {
    try {
      JsonNode ids = JSON.readTree(line).path("ids");
      int[] numbers = new int[ids.size()];
      for (int i = 0; i < numbers.length; i++) {
        int id = ids.path(i).asInt(-1);
        if (id < 0 || id >= tokenizer.size()) {
          throw wrong(file, number, "found the id " + ids.path(i));
        }
        numbers[i] = id;
      }
      return numbers;
    } catch (JsonProcessingException e) {
      throw wrong(file, number, "is not JSON (" + e.getOriginalMessage() + ")");
    }
  }

  private static UserException wrong(Path file, int line, String what) {
    return new UserException(
        UserException.Kind.INPUT,
        file + ", line " + line + ": " + what + ". It was changed since the run wrote it: delete it"
            + " and resume the run, which writes it again.");
  }
}
