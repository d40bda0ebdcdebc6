package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.primitives.Floats;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Encoders as transformers saves them, against what transformers computed with them; made by
 * src/test/scripts/encoder_folders.py.
 */
class EncoderFoldersTest {
  private static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);
  private static final Tap LAST = new Tap("last_hidden_state");
  private static final String SIZES =
      "layers=2,hidden=12,heads=3,intermediate=20,head-size=4,vocabulary=30,positions=16";
  private static final String MOBILE =
      SIZES.replace("head-size=4", "head-size=3,bottleneck=9,embedding=7");

  private final NDManager manager = NDManager.newBaseManager();
  private final Path parent;

  EncoderFoldersTest(@TempDir Path parent) {
    this.parent = parent;
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Path folder(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(EncoderFoldersTest.class.getResource("/encoders/" + name))
        .toURI());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      bert-tokens             | bert | head=tokens,classes=5
      bert-words              | bert | head=words,activation=gelu_new
      bert-regression         | bert | classes=1,activation=relu
      roberta                 | roberta | classes=0
      roberta-classes         | roberta | classes=3
      roberta-tokens          | roberta | head=tokens,classes=5
      roberta-words           | roberta | head=words,activation=silu
      distilbert              | distilbert | classes=0
      distilbert-classes      | distilbert | classes=3
      distilbert-tokens       | distilbert | head=tokens,classes=5
      distilbert-words        | distilbert | head=words,activation=relu
      electra-discriminator   | electra | embedding=8,classes=0
      electra-classes         | electra | embedding=8,classes=3
      electra-classes-as-wide | electra | classes=1
      electra-tokens          | electra | embedding=8,head=tokens,classes=5
      electra-words           | electra | embedding=8,head=words
      mobilebert-pretraining  | mobilebert | classes=0,pooling=pooler
      mobilebert-classes      | mobilebert | classes=3,feed-forwards=1
      mobilebert-classes-pooled | mobilebert | \
      classes=1,pooling=pooler,feed-forwards=2,attention=bottleneck
      mobilebert-tokens       | mobilebert | \
      head=tokens,classes=5,feed-forwards=3,norm=layer,norm-epsilon=0.001,activation=gelu
      mobilebert-words        | mobilebert | head=words,norm-epsilon=0.00001
      xlm-roberta-classes     | roberta | classes=3
      camembert-words         | roberta | head=words
      """)
  void aFolderAnswersAsTransformersDoesAndReadsBackTheSame(String name, String family, String head)
      throws Exception {
    Weights weights = HuggingFaceFolder.read(folder(name), manager).weights();
    String sizes = family.equals("mobilebert") ? MOBILE : SIZES;
    assertThat(weights.architecture())
        .isEqualTo(Architecture.parse(family + ":" + sizes + "," + head));
    assertAnswers(weights, name);

    Path written = parent.resolve(name);
    HuggingFaceFolder.write(written, weights, List.of(), tokenizer -> {});
    Weights again = HuggingFaceFolder.read(written, manager).weights();
    assertThat(again.architecture()).isEqualTo(weights.architecture());
    weights.tensors().forEach((each, tensor) -> assertThat(again.get(each).toFloatArray())
        .as(each)
        .isEqualTo(tensor.toFloatArray()));
  }

  private void assertAnswers(Weights weights, String name) throws Exception {
    JsonNode given =
        new ObjectMapper().readTree(folder(name).resolve("case.json").toFile());
    Network network = Network.of(weights.architecture(), new EagerKernels());
    boolean head = network.hasHead();
    assertThat(head).isEqualTo(given.has("logits"));
    TextBatch batch = batch(given);
    Outputs outputs = network.forward(weights, batch, head ? Request.LOGITS : Request.taps(LAST));
    NDArray found = head ? outputs.requireLogits() : outputs.tap(LAST);
    float[] all = numbers(given.get(head ? "logits" : LAST.name()));
    float[] actual = found.toFloatArray();
    assertThat(actual).hasSameSizeAs(all);
    float[] tokens = batch.mask().toFloatArray();
    boolean ofTokens = found.getShape().dimension() == 3;
    int width = (int) found.getShape().get(found.getShape().dimension() - 1);
    for (int i = 0; i < all.length; i++) {
      if (!ofTokens || tokens[i / width] == 1) {
        assertThat(actual[i]).as("%s, entry %d", name, i).isCloseTo(all[i], TOLERANCE);
      }
    }
    if (ofTokens && head) {
      assertCountedTokens(network, weights, batch, found);
    }
  }

  /** Tokens that have labels are answered with the very rows of all tokens. */
  private void assertCountedTokens(Network network, Weights weights, TextBatch batch, NDArray all) {
    long[] places = {0, 3, 9, 30};
    TextBatch some = new TextBatch(
        batch.ids(),
        batch.types(),
        batch.mask(),
        manager.create(new long[places.length]),
        manager.create(places),
        batch.indices());
    NDArray found = network.forward(weights, some, Request.LOGITS).requireLogits();
    long width = all.getShape().get(2);
    assertThat(found.getShape()).isEqualTo(new Shape(places.length, width));
    NDArray rows = all.reshape(-1, width);
    for (int i = 0; i < places.length; i++) {
      float[] row = rows.get(places[i]).toFloatArray();
      float[] own = found.get(i).toFloatArray();
      for (int c = 0; c < row.length; c++) {
        assertThat(own[c]).isCloseTo(row[c], Offset.offset(1e-5f));
      }
    }
  }

  private TextBatch batch(JsonNode given) {
    NDArray ids = array(given.get("input_ids"));
    NDArray types =
        given.has("token_type_ids") ? array(given.get("token_type_ids")) : ids.zerosLike();
    int examples = (int) ids.getShape().get(0);
    return new TextBatch(
        ids.toType(DataType.INT64, false),
        types.toType(DataType.INT64, false),
        array(given.get("attention_mask")),
        manager.create(new long[examples]),
        IntStream.range(0, examples).toArray());
  }

  private NDArray array(JsonNode rows) {
    return manager.create(numbers(rows), new Shape(rows.size(), rows.get(0).size()));
  }

  private static float[] numbers(JsonNode nested) {
    if (!nested.get(0).isArray()) {
      float[] row = new float[nested.size()];
      for (int i = 0; i < row.length; i++) {
        row[i] = nested.get(i).floatValue();
      }
      return row;
    }
    float[][] rows = new float[nested.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = numbers(nested.get(i));
    }
    return Floats.concat(rows);
  }

  /** A pooler that old versions saved is no part of a network that does not use it. */
  @Test
  void whatABlueprintDoesNotNeedIsLeftOut() throws Exception {
    Path given = folder("roberta-words");
    Path folder = Files.createDirectory(parent.resolve("old"));
    Files.copy(given.resolve("config.json"), folder.resolve("config.json"));
    SafetensorsFile file = SafetensorsFile.open(given.resolve("model.safetensors"));
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorEntry each : file.entries()) {
      tensors.put(each.name(), file.load(manager, each.name()));
    }
    tensors.put("roberta.pooler.dense.weight", manager.zeros(new Shape(12, 12)));
    tensors.put("roberta.pooler.dense.bias", manager.zeros(new Shape(12)));
    tensors.put("lm_head.decoder.weight", manager.zeros(new Shape(30, 12)));
    tensors.put("lm_head.decoder.bias", manager.zeros(new Shape(30)));
    tensors.put("roberta.embeddings.position_ids", manager.create(new long[] {0, 1}));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    assertAnswers(HuggingFaceFolder.read(folder, manager).weights(), "roberta-words");

    Weights headless = HuggingFaceFolder.headless(folder, manager).weights();
    assertThat(headless.architecture())
        .isEqualTo(Architecture.parse("roberta:" + SIZES + ",classes=0,activation=silu"));
    assertThat(headless.tensors()).containsKey("roberta.pooler.dense.weight");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      roberta-words | "tie_word_embeddings": true | "tie_word_embeddings": false | \
      tie_word_embeddings is false; true is needed: the last matrix is the table of words, not one \
      of its own
      distilbert-classes | "activation": "gelu" | "activation": "mish" | activation is "mish"; \
      "gelu" or
      distilbert-classes | "n_heads": 3 | "n_heads": 5 | n_heads is 5, which does not divide dim 12
      electra-classes | "embedding_size": 8 | "embedding_size": 0 | embedding_size is 0; a whole \
      number from 1 to 65536 is needed
      mobilebert-classes | "trigram_input": true | "trigram_input": false | trigram_input is \
      false; true is needed
      mobilebert-classes | "use_bottleneck": true | "use_bottleneck": false | use_bottleneck is \
      false; true is needed
      mobilebert-classes | "key_query_shared_bottleneck": true | \
      "key_query_shared_bottleneck": false | transformers cannot run the network
      mobilebert-classes | "num_attention_heads": 3 | "num_attention_heads": 2 | \
      num_attention_heads is 2, which does not divide intra_bottleneck_size 9
      mobilebert-classes | "no_norm" | "batch_norm" | normalization_type is "batch_norm"; "no_norm"
      mobilebert-classes | "hidden_act": "relu" | "hidden_act": "relu6" | hidden_act is "relu6"
      roberta-classes | "is_decoder": false | "is_decoder": true | is_decoder is true
      roberta-classes | "pad_token_id": 1 | "pad_token_id": 15 | describes no network: positions \
      (16) must be at least two more than padding (15)
      """)
  void whatIsNotComputedIsRefused(String name, String was, String is, String message)
      throws Exception {
    Path folder = Files.createDirectory(parent.resolve("changed"));
    Files.copy(folder(name).resolve("model.safetensors"), folder.resolve("model.safetensors"));
    String config = Files.readString(folder(name).resolve("config.json"));
    assertThat(config).contains(was);
    Files.writeString(folder.resolve("config.json"), config.replace(was, is));
    assertThatThrownBy(() -> HuggingFaceFolder.read(folder, manager))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(folder.resolve("config.json") + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      roberta:layers=1,hidden=64,heads=1,ratio=2,types=0 | types (to 1)
      roberta:layers=1,hidden=64,heads=1,ratio=2,pooling=mean | pooling (to first or pooler)
      distilbert:layers=1,hidden=64,heads=1,ratio=2,pooling=first | pooling (to pooler)
      distilbert:layers=1,hidden=64,heads=1,ratio=2,norm-epsilon=0.001 | norm-epsilon
      electra:layers=1,hidden=64,heads=1,ratio=2,pooling=mean | pooling (to pooler)
      electra:layers=1,hidden=64,heads=2,ratio=2 | heads or head-size
      mobilebert:layers=1,hidden=64,heads=4,ratio=1,pooling=mean | pooling (to first or pooler)
      mobilebert:layers=1,hidden=64,heads=2,ratio=1 | heads or head-size
      mobilebert:layers=2,hidden=64,heads=4,ratio=1,feed-forwards=1/2 | feed-forwards
      mobilebert:layers=2,hidden=64,heads=4,ratio=1/2 | ratio
      """)
  void aStudentThatNoClassHoldsIsRefusedWithTheDimension(String text, String dimension) {
    assertThatThrownBy(() -> HuggingFaceModels.holding(Architecture.parse(text)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Set the dimension " + dimension);
  }

  /** What a folder is that holds more or other than what is read. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      electra-discriminator | ElectraForPreTraining's discriminator, one logit a token, is left out
      mobilebert-pretraining | MobileBertForPreTraining's heads of pre-training are left out
      electra-classes |
      mobilebert-classes |
      """)
  void aHeadThatIsLeftOutIsTold(String name, @Nullable String note) throws Exception {
    ConfigFile config = ConfigFile.read(folder(name).resolve("config.json"));
    HuggingFaceModel.Described described = HuggingFaceModels.of(config).read(config);
    if (note == null) {
      assertThat(described.note()).isEmpty();
    } else {
      assertThat(described.note().orElseThrow()).startsWith(note);
    }
  }

  /** They are RoBERTa's networks by RoBERTa's names. */
  @ParameterizedTest
  @CsvSource({"xlm-roberta-classes, xlm-roberta", "camembert-words, camembert"})
  void likesOfRobertaAreWrittenAsRoberta(String name, String type) throws Exception {
    Path given = folder(name).resolve("config.json");
    assertThat(ConfigFile.read(given).text("model_type")).isEqualTo(type);
    Path written = parent.resolve("again");
    HuggingFaceFolder.write(
        written, HuggingFaceFolder.read(folder(name), manager).weights(), List.of(), more -> {});
    assertThat(ConfigFile.read(written.resolve("config.json")).text("model_type"))
        .isEqualTo("roberta");
  }

  @Test
  void robertaTakesTheFirstTokenAsItIsThroughItsDenseLayer() throws IOException {
    Architecture architecture = Architecture.parse("roberta:" + SIZES + ",classes=3,pooling=first");
    Weights weights = RandomWeights.of(architecture, manager, 3);
    Path folder = parent.resolve("first");
    HuggingFaceFolder.write(folder, weights, List.of(), tokenizer -> {});
    Weights read = HuggingFaceFolder.read(folder, manager).weights();
    assertThat(read.architecture())
        .isEqualTo(Architecture.parse("roberta:" + SIZES + ",classes=3"));
    NDArray ids = manager.create(new long[] {5, 6, 7, 8, 9, 4}, new Shape(2, 3));
    TextBatch batch = new TextBatch(
        ids,
        ids.zerosLike(),
        manager.ones(new Shape(2, 3)),
        manager.create(new long[2]),
        new int[] {0, 1});
    float[] expected = Network.of(architecture, new EagerKernels())
        .forward(weights, batch, Request.LOGITS)
        .requireLogits()
        .toFloatArray();
    float[] found = Network.of(read.architecture(), new EagerKernels())
        .forward(read, batch, Request.LOGITS)
        .requireLogits()
        .toFloatArray();
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], TOLERANCE);
    }
  }
}
