package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.Weights;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceFolderTest {
  private static final String TINY =
      "bert:layers=1,hidden=8,heads=2,ratio=2,head-size=4," + "vocabulary=11,positions=5,classes=3";

  private final Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  HuggingFaceFolderTest(@TempDir Path parent) {
    this.folder = parent.resolve("model");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private void export(String architecture) {
    HuggingFaceFolder.write(
        folder,
        RandomWeights.of(Architecture.parse(architecture), manager, 1),
        List.of(),
        tokenizer -> tokenizer.text("vocab.txt", "[PAD]\n"));
  }

  /** Replaces the weights of the folder by these. */
  private void replace(Map<String, NDArray> tensors) throws IOException {
    Files.deleteIfExists(folder.resolve("model.safetensors"));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
  }

  private static void same(Weights found, Weights expected) {
    assertThat(found.architecture()).isEqualTo(expected.architecture());
    assertThat(found.tensors().keySet())
        .containsExactlyElementsOf(expected.tensors().keySet());
    expected.tensors().forEach((name, tensor) -> assertThat(found.get(name).toFloatArray())
        .as(name)
        .isEqualTo(tensor.toFloatArray()));
  }

  @Test
  void aFolderOfTransformersReads() throws URISyntaxException {
    Path given =
        Path.of(Objects.requireNonNull(getClass().getResource("/forward-bert")).toURI());
    ModelFolder model = ModelFolder.read(given, manager);
    assertThat(model.weights().architecture())
        .isEqualTo(Architecture.parse("bert:layers=2,hidden=64,heads=4,ratio=2,head-size=16,"
            + "vocabulary=128,positions=40,classes=3"));
    assertThat(model.labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
    assertThat(model.weights().architecture().number("norm-epsilon")).isEqualTo(1e-12);
    assertThat(model.vocabulary()).isNull();
    assertThat(model.lowerCase()).isTrue();
    SafetensorsFile file = SafetensorsFile.open(given.resolve("model.safetensors"));
    assertThat(file.entries()).hasSize(model.weights().tensors().size());
    for (TensorEntry each : file.entries()) {
      assertThat(model.weights().get(each.name()).toFloatArray())
          .isEqualTo(file.floats(each.name()));
    }
  }

  @Test
  void aHalfPrecisionEncoderWithoutPrefixReads() {
    Path given =
        Path.of(System.getProperty("retort.root")).resolve("../shared/data/minilm-l6-h384");
    Assumptions.assumeTrue(Files.isDirectory(given), "no copy of minilm-l6-h384 here");
    HuggingFaceFolder model = HuggingFaceFolder.read(given, manager);
    assertThat(model.weights().architecture())
        .isEqualTo(
            Architecture.parse("bert:layers=6,hidden=384,heads=12,ratio=4,head-size=32,classes=0"));
    assertThat(model.labels()).isEmpty();
    assertThat(model.vocabulary()).isEqualTo(given.resolve("vocab.txt"));
  }

  @Test
  void whatIsWrittenReadsBackBitForBit() {
    export(TINY);
    HuggingFaceFolder read = HuggingFaceFolder.read(folder, manager);
    same(read.weights(), RandomWeights.of(Architecture.parse(TINY), manager, 1));
    assertThat(read.vocabulary()).isEqualTo(folder.resolve("vocab.txt"));
    WholeFolder.verify(folder);
  }

  @Test
  void encodersWithAndWithoutPoolerReadBackBitForBit() throws IOException {
    for (String pooling : List.of("pooler", "first")) {
      String text = TINY.replace("classes=3", "classes=0,pooling=" + pooling);
      export(text);
      same(
          HuggingFaceFolder.read(folder, manager).weights(),
          RandomWeights.of(Architecture.parse(text), manager, 1));
      WholeFolder.delete(FileOperations.real(), folder);
    }
  }

  @Test
  void theFirstTokenAsItIsPassesTheWrittenPooler() {
    String text = TINY + ",pooling=first";
    export(text);
    Weights given = RandomWeights.of(Architecture.parse(text), manager, 1);
    Weights read = HuggingFaceFolder.read(folder, manager).weights();
    assertThat(read.architecture()).isEqualTo(Architecture.parse(TINY));
    NDArray first =
        manager.create(new float[] {-8, -3, -1, -0.01f, 0, 0.5f, 2, 12}, new Shape(1, 8));
    NDArray expected =
        first.matMul(given.get("classifier.weight").transpose()).add(given.get("classifier.bias"));
    NDArray pooled = first
        .matMul(read.get("bert.pooler.dense.weight").transpose())
        .add(read.get("bert.pooler.dense.bias"))
        .tanh();
    NDArray logits =
        pooled.matMul(read.get("classifier.weight").transpose()).add(read.get("classifier.bias"));
    float[] found = logits.toFloatArray();
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i])
          .isCloseTo(expected.toFloatArray()[i], org.assertj.core.data.Offset.offset(2e-5f));
    }
    assertThat(read.get("classifier.weight").mul(PassingPooler.E).toFloatArray())
        .isEqualTo(given.get("classifier.weight").toFloatArray());
  }

  @Test
  void oldNamesMissingPrefixesAndKnownExtrasRead() throws IOException {
    String text = TINY.replace("classes=3", "classes=0");
    export(text);
    Weights given = RandomWeights.of(Architecture.parse(text), manager, 1);
    Map<String, NDArray> old = new LinkedHashMap<>();
    given
        .tensors()
        .forEach((name, tensor) -> old.put(
            name.replaceFirst("^bert\\.", "")
                .replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta"),
            tensor));
    old.put("embeddings.position_ids", manager.create(new long[] {0, 1}));
    old.put("cls.predictions.bias", manager.create(new float[11]));
    old.put("cls.seq_relationship.weight", manager.create(new float[2]));
    replace(old);
    same(HuggingFaceFolder.read(folder, manager).weights(), given);
    old.put("bert.pooler.dense.bias", manager.create(new float[8]));
    replace(old);
    assertThatThrownBy(() -> HuggingFaceFolder.read(folder, manager))
        .hasMessage(folder.resolve("model.safetensors")
            + ": holds one tensor under two names, \"pooler.dense.bias\" and"
            + " \"bert.pooler.dense.bias\". Remove one of them.");
  }

  @Test
  void shardsReadLikeOneFile() throws IOException {
    export(TINY);
    Weights given = RandomWeights.of(Architecture.parse(TINY), manager, 1);
    Files.delete(folder.resolve("model.safetensors"));
    Map<String, NDArray> first = new LinkedHashMap<>();
    Map<String, NDArray> second = new LinkedHashMap<>();
    StringBuilder map = new StringBuilder();
    given.tensors().forEach((name, tensor) -> {
      boolean even = first.size() <= second.size();
      (even ? first : second).put(name, tensor);
      map.append(map.length() == 0 ? "" : ",")
          .append('"')
          .append(name)
          .append("\":\"")
          .append(even ? "1" : "2")
          .append(".safetensors\"");
    });
    SafetensorsWriter.write(folder.resolve("1.safetensors"), first, Map.of());
    SafetensorsWriter.write(folder.resolve("2.safetensors"), second, Map.of());
    Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{" + map + "}}");
    same(HuggingFaceFolder.read(folder, manager).weights(), given);
  }

  @Test
  void whatDoesNotFitIsListedTogetherWithTheNearestNames() throws IOException {
    export(TINY);
    Map<String, NDArray> tensors = new LinkedHashMap<>(
        RandomWeights.of(Architecture.parse(TINY), manager, 1).tensors());
    tensors.remove("bert.pooler.dense.bias");
    tensors.put("bert.pooler.dens.bias", manager.create(new float[8]));
    tensors.put("adapter\u001b[31m", manager.create(new float[8]));
    tensors.put("classifier.weight", manager.create(new Shape(2, 8)));
    tensors.put("classifier.bias", manager.create(new long[3]));
    replace(tensors);
    assertThatThrownBy(() -> HuggingFaceFolder.read(folder, manager))
        .isInstanceOf(UserException.class)
        .hasMessage(folder.resolve("model.safetensors") + ": does not hold the weights of "
            + Architecture.parse(TINY) + ":\n"
            + "  missing bert.pooler.dense.bias (the file has \"bert.pooler.dens.bias\")\n"
            + "  unexpected \"bert.pooler.dens.bias\" (nearest is \"bert.pooler.dense.bias\")\n"
            + "  unexpected \"adapter\\u001b[31m\"\n"
            + "  classifier.weight has shape (2, 8), needs (3, 8)\n"
            + "  classifier.bias has dtype I64, needs a float\n"
            + "Use the weights and the configuration of one and the same model.");
    replace(ImmutableMap.of("other", manager.create(new float[1])));
    assertThatThrownBy(() -> HuggingFaceFolder.read(folder, manager))
        .hasMessageContaining("\n  and ")
        .satisfies(e -> assertThat(e.toString().lines()).hasSize(13));
  }

  @Test
  void picklesAreNeverOpenedAndTheMessageSaysHowToConvert() throws IOException {
    export(TINY);
    Files.delete(folder.resolve("model.safetensors"));
    assertThatThrownBy(() -> HuggingFaceFolder.read(folder, manager))
        .hasMessage(folder
            + ": has no model.safetensors. Give a folder that has its weights as safetensors.");
    for (String name : List.of("model.pkl", "model.pt", "pytorch_model.bin")) {
      Files.write(folder.resolve(name), new byte[10]);
      assertThatThrownBy(() -> HuggingFaceFolder.read(folder, manager))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith(folder + ": has its weights only in " + name
              + ", a pickle, which could run any code and is never opened. Convert it")
          .hasMessageContaining("torch.load('" + name + "'")
          .hasMessageContaining("'model.safetensors'");
      Files.delete(folder.resolve(name));
    }
  }

  @Test
  void theTokenizersFileSaysWhetherTextsAreLowerCased() throws IOException {
    export(TINY);
    Path file = folder.resolve("tokenizer_config.json");
    Files.writeString(file, "{\"do_lower_case\":false}");
    assertThat(HuggingFaceFolder.read(folder, manager).lowerCase()).isFalse();
    Files.writeString(file, "{\"model_max_length\":1000000000000000019884624838656}");
    assertThat(HuggingFaceFolder.read(folder, manager).lowerCase()).isTrue();
    Files.writeString(file, "{\"do_lower_case\":\"no\"}");
    assertThatThrownBy(() -> HuggingFaceFolder.read(folder, manager))
        .hasMessage(file + ": do_lower_case is not true or false.");
  }

  @Test
  void foldersThatAreNoneAreTold() throws IOException {
    assertThatThrownBy(() -> ModelFolder.read(folder, manager))
        .hasMessage(folder + ": there is no such folder. Check the path.");
    Files.createDirectory(folder);
    assertThatThrownBy(() -> ModelFolder.read(folder, manager))
        .hasMessage(folder + ": is no model folder; it has neither config.json (Hugging Face) nor"
            + " architecture.json (Retort).");
  }
}
