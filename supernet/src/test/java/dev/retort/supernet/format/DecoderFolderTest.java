package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of decoders as they come, and those that are refused. */
final class DecoderFolderTest {
  private final NDManager manager = NDManager.newBaseManager();

  private final Path folder;

  DecoderFolderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Path resource(String name) throws Exception {
    return Path.of(Objects.requireNonNull(DecoderFolderTest.class.getResource("/decoders/" + name))
        .toURI());
  }

  /** A copy of a folder with other tensors. */
  private Path changed(String name, Consumer<Map<String, NDArray>> change) throws Exception {
    SafetensorsFile file = SafetensorsFile.open(resource(name).resolve("model.safetensors"));
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    file.entries().forEach(each -> tensors.put(each.name(), file.load(manager, each.name())));
    change.accept(tensors);
    Path target = Files.createDirectory(folder.resolve("changed"));
    SafetensorsWriter.write(target.resolve("model.safetensors"), tensors, Map.of());
    Files.copy(resource(name).resolve("config.json"), target.resolve("config.json"));
    return target;
  }

  private Weights read(Path path) {
    return HuggingFaceFolder.read(path, manager).weights();
  }

  private void assertSame(Path path, String name) throws Exception {
    Weights weights = read(path);
    Weights expected = read(resource(name));
    assertThat(weights.architecture()).isEqualTo(expected.architecture());
    expected.tensors().forEach((tensor, values) -> assertThat(
            weights.get(tensor).toFloatArray())
        .isEqualTo(values.toFloatArray()));
  }

  private static void renamed(Map<String, NDArray> tensors, String prefix) {
    Map<String, NDArray> old = new LinkedHashMap<>(tensors);
    tensors.clear();
    old.forEach((name, tensor) ->
        tensors.put(name.startsWith(prefix) ? name.substring(prefix.length()) : name, tensor));
  }

  @ParameterizedTest
  @CsvSource({
    "gpt2, transformer.",
    "opt, model.",
    "opt-350m, model.",
    "llama, model.",
    "gpt-neox, gpt_neox."
  })
  void namesMayLackTheirPrefix(String name, String prefix) throws Exception {
    assertSame(changed(name, tensors -> renamed(tensors, prefix)), name);
  }

  @Test
  void buffersAreLeftOut() throws Exception {
    assertSame(
        changed("gpt2", tensors -> {
          tensors.put("transformer.h.0.attn.bias", manager.ones(new Shape(1, 1, 24, 24)));
          tensors.put("transformer.h.2.attn.masked_bias", manager.ones(new Shape(1)));
        }),
        "gpt2");
  }

  @Test
  void anOutputTableThatIsTheTableOfWordsIsLeftOut() throws Exception {
    assertSame(
        changed(
            "gpt2",
            tensors -> tensors.put(
                "lm_head.weight", Objects.requireNonNull(tensors.get("transformer.wte.weight")))),
        "gpt2");
  }

  @Test
  void anOutputTableAloneIsTheTableOfWords() throws Exception {
    assertSame(
        changed(
            "opt",
            tensors -> tensors.put(
                "lm_head.weight",
                Objects.requireNonNull(tensors.remove("model.decoder.embed_tokens.weight")))),
        "opt");
  }

  /** As transformers does it: the configuration says tied, the tensors say otherwise. */
  @Test
  void anOutputTableThatDiffersIsOneOfItsOwn() throws Exception {
    Path path =
        changed("gpt2", tensors -> tensors.put("lm_head.weight", manager.ones(new Shape(29, 16))));
    Weights weights = read(path);
    assertThat(weights.architecture().word("tied")).isEqualTo("no");
    assertThat(weights.get("lm_head.weight").toFloatArray()).containsOnly(1f);
    assertThat(HuggingFaceFolder.architecture(path)).isEqualTo(weights.architecture());
  }

  @Test
  void wrongShapesNameTheTensorOfTheFile() throws Exception {
    Path path = changed("gpt2", tensors -> {
      tensors.put("transformer.h.0.attn.c_attn.weight", manager.ones(new Shape(16, 47)));
      tensors.put("transformer.h.1.mlp.c_fc.weight", manager.ones(new Shape(64, 16)));
      tensors.remove("transformer.ln_f.bias");
    });
    assertThatThrownBy(() -> read(path))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("\"transformer.h.0.attn.c_attn.weight\" has shape (16, 47)")
        .hasMessageContaining("one of 3 parts")
        .hasMessageContaining("\"transformer.h.1.mlp.c_fc.weight\" has shape (64, 16), transposed")
        .hasMessageContaining("missing transformer.ln_f.bias");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt2|\"activation_function\": \"quick_gelu\"|activation_function is \"quick_gelu\"",
        "gpt2|\"scale_attn_weights\": false|scale_attn_weights is false; true is needed",
        "gpt2|\"scale_attn_by_inverse_layer_idx\": true|layers are scaled alike",
        "gpt2|\"add_cross_attention\": true|cross-attention needs an encoder",
        "gpt2|\"n_head\": 5|n_head is 5, which does not divide the hidden width 16",
        "opt|\"word_embed_proj_dim\": 0|word_embed_proj_dim is 0; a whole number from 1",
        "opt|\"layer_norm_elementwise_affine\": false|have a gain and a shift",
        "llama|\"rope_parameters\": {\"rope_type\": \"llama3\"}|without scaling",
        "llama|\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2.0}|without scaling",
        "llama|\"num_key_value_heads\": 3|which does not divide num_attention_heads 4",
        "llama|\"partial_rotary_factor\": 0.5|partial_rotary_factor is 0.5; 1 is needed",
        "llama|\"quantization_config\": {\"bits\": 4}|use the float model",
        "gpt-neox|\"hidden_act\": \"gelu_10\"|hidden_act is \"gelu_10\""
      })
  void whatWouldBeComputedDifferentlyIsRefused(String name, String key, String message)
      throws Exception {
    Path config = write(name, key);
    ConfigFile file = ConfigFile.read(config);
    assertThatThrownBy(() -> HuggingFaceModels.of(file).read(file))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(config.toString())
        .hasMessageContaining(message);
  }

  private Path write(String name, String key) throws Exception {
    String text = Files.readString(resource(name).resolve("config.json"));
    String word = key.substring(0, key.indexOf(':'));
    // The same key twice is no strict JSON: what stands there goes.
    String rest = text.replaceAll(word + ": (\\{[^}]*}|[^,\\n}]*),?", "")
        .replaceAll("\"rope_parameters\": \\{[^}]*},?", "")
        .replaceAll(",\\s*}", "}");
    return Files.writeString(
        folder.resolve("config.json"), rest.replaceFirst("\\{", "{" + key + ","));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2:heads=2/1,layers=2,hidden=8,ratio=2,head-size=4|its heads differ",
        "gpt2:heads=1,layers=2,hidden=8,ratio=2,head-size=4|1 x 4 = 4 wide",
        "gpt2:bias=no,heads=2,layers=2,hidden=8,ratio=2,head-size=4|no biases",
        "opt:norm-epsilon=0.001,heads=2,layers=2,hidden=8,ratio=2,head-size=4|add 0.001",
        "llama:heads=2,layers=2,hidden=8,ratio=2/3,head-size=4|feed-forward width differs",
        "llama:heads=2,groups=2/1,layers=2,hidden=8,ratio=2,head-size=4|groups differ",
        "llama:heads=3,layers=2,hidden=8,ratio=2,head-size=4|do not divide its hidden size"
      })
  void whatTransformersCannotHoldIsRefused(String text) {
    String[] parts = text.split("\\|", 2);
    Architecture architecture = Architecture.parse(parts[0]);
    assertThatThrownBy(() -> HuggingFaceFit.check(architecture))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(parts[1]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"eos_token_id\": 5}|{\"eos_token_id\": 7}|5",
        "{\"eos_token_id\": [5, 6]}||5,6",
        "{\"temperature\": 1}|{\"eos_token_id\": 7}|7",
        "|{\"eos_token_id\": null}|"
      })
  void tokensThatEndATextAreNamedByEitherFile(String generation, String config, String ids)
      throws IOException {
    if (generation != null) {
      Files.writeString(folder.resolve("generation_config.json"), generation);
    }
    if (config != null) {
      Files.writeString(folder.resolve("config.json"), config);
    }
    List<Integer> expected = ids == null
        ? List.of()
        : List.of(ids.split(",")).stream().map(Integer::valueOf).toList();
    assertThat(EndTokens.read(folder)).containsExactlyElementsOf(expected);
  }
}
