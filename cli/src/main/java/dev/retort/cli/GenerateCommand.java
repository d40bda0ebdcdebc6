package dev.retort.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.google.common.primitives.ImmutableIntArray;
import dev.retort.data.TextStream;
import dev.retort.data.Tokenizer;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.space.text.DecoderFamily;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.EndTokens;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.generate.Generated;
import dev.retort.supernet.generate.GenerationListener;
import dev.retort.supernet.generate.GenerationOptions;
import dev.retort.supernet.generate.Generator;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a decoder write on from prompts. */
@Command(
    name = "generate",
    header = "Writes on from prompts with a decoder.",
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    description = {
      "Prints each prompt and what the model writes behind it, on a terminal as it comes. What is"
          + " written behind a prompt is the same whatever other prompts there are, and for the"
          + " same options the same each time."
    },
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.USAGE_LINE, ExitCode.INPUT_LINE},
    footerHeading = "%nExample:%n",
    footer = {
      "  retort generate models/stories --prompt \"Once upon a time\" \\",
      "    --temperature 0.8 --top-p 0.9 --seed 7"
    })
final class GenerateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "FOLDER",
      description = "A decoder's folder, Retort's or Hugging Face's, with its tokenizer.")
  private Path folder = Path.of("");

  @Option(
      names = "--prompt",
      required = true,
      paramLabel = "TEXT",
      description = "What to write on from; empty: from the beginning of a text. May be given more"
          + " than once.")
  private List<String> prompts = List.of();

  @Mixin
  private GenerationFlags flags = new GenerationFlags();

  @Mixin
  private JsonOption json = new JsonOption();

  GenerateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Weights weights = ModelFolder.read(folder, manager).weights();
      Architecture architecture = weights.architecture();
      if (!(architecture.family() instanceof DecoderFamily)) {
        throw refuse("holds a " + architecture.family().name() + ", which does not write text. Give"
            + " the folder of a decoder: gpt2, opt, llama or gpt-neox.");
      }
      Tokenizer tokenizer = Tokenizer.read(folder);
      GenerationOptions options = flags.options(EndTokens.of(folder, tokenizer.specials()));
      List<int[]> ids = new ArrayList<>();
      for (String prompt : prompts) {
        ids.add(ids(prompt, tokenizer, architecture));
      }
      Network network = Network.of(architecture, ScriptedKernels.float32());
      Generator generator = new Generator(network, weights);
      if (json.asked()) {
        printJson(generator.generate(ids, options, GenerationListener.NONE), tokenizer);
      } else if (ids.size() == 1 && console.terminal()) {
        stream(generator, ids, options, tokenizer);
      } else {
        print(ids, generator.generate(ids, options, GenerationListener.NONE), tokenizer);
      }
    }
    return ExitCode.DONE;
  }

  private int[] ids(String prompt, Tokenizer tokenizer, Architecture architecture) {
    int[] ids = tokenizer.prompt(prompt);
    if (ids.length == 0) {
      // Models without a token before a text have read texts one behind the other.
      int start = tokenizer.specials().bos().orElse(tokenizer.specials().eos().orElse(-1));
      ids = start < 0 ? ids : new int[] {start};
    }
    int positions = architecture.integer("positions");
    if (ids.length == 0 || ids.length > positions) {
      throw new UserException(
          UserException.Kind.USAGE,
          "--prompt: has " + ids.length + " tokens; the model takes from 1 to " + positions + ".");
    }
    int words = architecture.integer("vocabulary");
    for (int id : ids) {
      if (id >= words) {
        throw refuse("its tokenizer gives id " + id + ", its network has " + words
            + " words. Give the tokenizer that belongs to the network.");
      }
    }
    return ids;
  }

  private UserException refuse(String what) {
    return new UserException(UserException.Kind.INPUT, folder + ": " + what);
  }

  private void printJson(List<Generated> written, Tokenizer tokenizer) {
    ArrayNode all = Json.array();
    for (int i = 0; i < written.size(); i++) {
      Generated each = written.get(i);
      all.add(Json.object()
          .put("prompt", prompts.get(i))
          .put("text", tokenizer.decode(each.text().toArray()))
          .put("ending", each.ending().name().toLowerCase(Locale.ROOT))
          .set("tokens", Json.of(each.tokens().toArray())));
    }
    Json.print(console.out(), all);
  }

  private void print(List<int[]> ids, List<Generated> written, Tokenizer tokenizer) {
    for (int i = 0; i < ids.size(); i++) {
      ImmutableIntArray text = ImmutableIntArray.builder()
          .addAll(ids.get(i))
          .addAll(written.get(i).text())
          .build();
      if (i > 0) {
        console.out().println();
      }
      console.out().println(tokenizer.decode(text.toArray()));
    }
  }

  private void stream(
      Generator generator, List<int[]> ids, GenerationOptions options, Tokenizer tokenizer) {
    TextStream stream = new TextStream(tokenizer);
    show(write(stream, ids.get(0)));
    generator.generate(ids, options, (prompt, token) -> {
      if (!options.stops().contains(token)) {
        show(stream.add(token));
      }
    });
    console.out().println(stream.end());
  }

  private static String write(TextStream stream, int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(stream.add(id));
    }
    return text.toString();
  }

  private void show(String text) {
    console.out().print(text);
    console.out().flush();
  }
}
