package dev.retort.benchmark.experiment;

import dev.retort.data.Tokenizer;
import dev.retort.space.UserException;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.generate.Generated;
import dev.retort.supernet.generate.GenerationListener;
import dev.retort.supernet.generate.GenerationOptions;
import dev.retort.supernet.generate.Generator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Texts that a teacher writes once, kept in the folder of work: a line of token ids each.
 *
 * @param count how many
 * @param tokens the most of each, the first one included
 */
record Stories(int count, int tokens) {
  private static final long SEED = 1;

  /** The texts as tokens. */
  List<int[]> read(
      Path work, Tokenizer tokenizer, Network network, Weights weights, PrintStream out) {
    Path file = work.resolve("stories-" + count + "x" + tokens + ".txt");
    try {
      if (!Files.exists(file)) {
        out.println("the teacher writes " + count + " texts into " + file);
        Files.createDirectories(work);
        Files.write(file, lines(tokenizer, network, weights));
      }
      return Files.readAllLines(file).stream()
          .map(
              line -> Arrays.stream(line.split(" ")).mapToInt(Integer::parseInt).toArray())
          .toList();
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          file + ": cannot be read or written (" + e.getMessage() + "). Give another --work.",
          e);
    }
  }

  private List<String> lines(Tokenizer tokenizer, Network network, Weights weights) {
    int[] begin = {tokenizer.specials().bos().orElseThrow()};
    IntStream ends = IntStream.concat(tokenizer.specials().eos().stream(), Arrays.stream(begin));
    GenerationOptions options = GenerationOptions.greedy(tokens - 1)
        .drawing(1, 0, 1, SEED)
        .withStops(ends.boxed().toList());
    List<Generated> texts = new Generator(network, weights)
        .generate(Collections.nCopies(count, begin), options, GenerationListener.NONE);
    return texts.stream()
        .map(text -> IntStream.concat(Arrays.stream(begin), text.tokens().stream())
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(" ")))
        .toList();
  }
}
