package dev.retort.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.space.Value;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a model once. B batch, S sequence, D planes, H height, W width, C classes. */
@Command(
    name = "forward",
    header = "Runs a model on given token ids or pixels and prints what comes out.",
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    description = {
      "The input is JSON as Hugging Face's tokenizers give it: input_ids, attention_mask,"
          + " token_type_ids; for models that look at images pixel_values, nested lists of images,"
          + " planes, rows, numbers (or a .safetensors file with such a tensor), or PNG and JPEG"
          + " files, prepared as the model's files say. The answer has them (files: their names)"
          + " too, with logits (last_hidden_state, or what the last block gives, where the"
          + " model has no classes) and the taps asked for."
    },
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.USAGE_LINE, ExitCode.INPUT_LINE},
    footerHeading = "%nExample:%n",
    footer = "  retort forward models/bert --input inputs.json --taps hidden0,layer1.q --json")
final class ForwardCommand implements Callable<Integer> {
  private static final Tap LAST = new Tap("last_hidden_state");
  private static final String LOGITS = "logits";
  private static final int SHOWN = 4;

  private final Console console;

  @Parameters(
      paramLabel = "FOLDER",
      description = "A model's folder, or a .safetensors file of weights of a known layout.")
  private Path folder = Path.of("");

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description =
          "The input: JSON; for images also safetensors, a PNG or JPEG, a folder of them.")
  private Path input = Path.of("");

  @Option(
      names = "--taps",
      split = ",",
      paramLabel = "NAME",
      description = {
        "Tensors within: hiddenN, last_hidden_state, layerN.q, layerN.k, layerN.v,"
            + " layerN.attention, layerN.intermediate; layers from 0; of image models stageN,"
            + " pooled; BLOCK.in and BLOCK.out. An unknown name lists them all."
      })
  private List<String> taps = List.of();

  @Mixin
  private JsonOption json = new JsonOption();

  ForwardCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (NDManager manager = NDManager.newBaseManager();
        Autograd off = Autograd.off()) {
      ModelFolder model = ModelFolder.read(folder, manager);
      Weights weights = model.weights();
      ForwardInputs inputs;
      if (weights.architecture().has("resolution")) {
        ImageInputs images = ImageInputs.read(input, model);
        weights = at(images.side(), weights);
        inputs = images;
      } else {
        inputs = TextInputs.read(input, weights.architecture());
      }
      Network network = Network.of(weights.architecture(), new EagerKernels());
      boolean head = network.hasHead();
      Request request = new Request(head, taps(network, head), Dropout.NONE);
      Outputs outputs = network.forward(weights, inputs.batch(manager), request);
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      if (head) {
        tensors.put(LOGITS, outputs.requireLogits());
      }
      request.taps().forEach(tap -> tensors.put(tap.name(), outputs.tap(tap)));
      if (json.asked()) {
        ObjectNode node = Json.object();
        inputs.write(node);
        tensors.forEach((name, tensor) -> node.set(name, nested(tensor)));
        Json.print(console.out(), node);
      } else {
        tensors.forEach(this::print);
      }
    }
    return ExitCode.DONE;
  }

  private ImmutableSet<Tap> taps(Network network, boolean head) {
    ImmutableSet.Builder<Tap> asked = ImmutableSet.builder();
    if (!head) {
      ImmutableList<String> blocks = network.blocks();
      asked.add(network.taps().contains(LAST) ? LAST : Tap.after(blocks.get(blocks.size() - 1)));
    }
    Set<String> known = new TreeSet<>();
    network.taps().forEach(tap -> known.add(tap.name()));
    for (String name : taps) {
      if (!known.contains(name.strip())) {
        throw new UserException(
            UserException.Kind.USAGE,
            "--taps: no tap (" + name + "); " + folder + " has " + String.join(", ", known));
      }
      asked.add(new Tap(name.strip()));
    }
    return asked.build();
  }

  /** The same network for images of another size, which only some networks take. */
  private Weights at(int side, Weights weights) {
    Architecture own = weights.architecture();
    if (own.integer("resolution") == side) {
      return weights;
    }
    try {
      return Weights.of(own.with("resolution", Value.of(side)), weights.tensors());
    } catch (IllegalArgumentException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          input + ": " + ImageInputs.PIXELS + " has images of " + side + " by " + side
              + " pixels; the model takes " + own.integer("resolution") + " by "
              + own.integer("resolution") + " alone.",
          e);
    }
  }

  private static JsonNode nested(NDArray tensor) {
    return Nested.of(tensor.toFloatArray(), tensor.getShape().getShape());
  }

  /** A tensor's shape and the beginning of each example. */
  private void print(String name, NDArray tensor) {
    long[] shape = tensor.getShape().getShape();
    float[] values = tensor.toFloatArray();
    int size = values.length / (int) shape[0];
    boolean whole = name.equals(LOGITS) && shape.length == 2;
    console.out().println(name + " " + tensor.getShape());
    for (int row = 0; row < shape[0]; row++) {
      StringBuilder line = new StringBuilder("  ");
      int shown = whole ? size : Math.min(size, SHOWN);
      for (int i = 0; i < shown; i++) {
        line.append(values[row * size + i]).append(i < shown - 1 ? "  " : "");
      }
      console.out().println(shown < size ? line + "  …" : line);
    }
  }
}
