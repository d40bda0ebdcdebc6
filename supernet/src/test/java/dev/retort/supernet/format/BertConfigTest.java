package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BertConfigTest {
  private final Path file;

  BertConfigTest(@TempDir Path folder) {
    this.file = folder.resolve("config.json");
  }

  private HuggingFaceModel.Described read(String json) throws IOException {
    return read(Files.writeString(file, json));
  }

  private static HuggingFaceModel.Described read(Path file) {
    ConfigFile config = ConfigFile.read(file);
    return HuggingFaceModels.of(config).read(config);
  }

  /** The types that are read, as messages list them. */
  static String types() {
    return ServiceLoader.load(HuggingFaceModel.class).stream()
        .map(each -> "\"" + each.get().type() + "\"")
        .sorted()
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      "model_type":"t5"                  | model_type is "t5"; Retort reads models of type TYPES
      "model_type":7                     | model_type is 7; a text is needed
      "hidden_act":"mish"                | hidden_act is "mish"; "gelu" or "gelu_python" or \
      "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" or "relu" or "silu" or "swish" is needed
      "hidden_act":1                     | hidden_act is 1; "gelu" or "gelu_python" or "gelu_new" \
      or "gelu_pytorch_tanh" or "gelu_fast" or "relu" or "silu" or "swish" is needed
      "position_embedding_type":"relative_key" | position_embedding_type is "relative_key"; \
      "absolute" is needed: relative positions are not computed
      "is_decoder":true                  | is_decoder is true; false is needed: a decoder is no \
      encoder
      "is_decoder":"false"               | is_decoder is "false"; true or false is needed
      "add_cross_attention":true         | add_cross_attention is true; false is needed: \
      cross-attention needs an encoder beside it
      "pruned_heads":{"0":[1]}           | pruned_heads is {'0':[1]}; none is needed: heads were \
      pruned from single layers
      "quantization_config":{"bits":4}   | quantization_config is {'bits':4}; none is needed: \
      the weights are quantized; use the float model
      "vocab_size":"30522"               | vocab_size is "30522"; a whole number from 1 to \
      16777216 is needed
      "vocab_size":30522.0               | vocab_size is 30522.0; a whole number from 1 to \
      16777216 is needed
      "vocab_size":99999999999999999999  | vocab_size is 99999999999999999999; a whole number \
      from 1 to 16777216 is needed
      "hidden_size":0                    | hidden_size is 0; a whole number from 1 to 65536 is \
      needed
      "hidden_size":-768                 | hidden_size is -768; a whole number from 1 to 65536 \
      is needed
      "num_hidden_layers":1000000        | num_hidden_layers is 1000000; a whole number from 1 \
      to 1000 is needed
      "num_hidden_layers":[12]           | num_hidden_layers is [12]; a whole number from 1 to \
      1000 is needed
      "num_attention_heads":7            | num_attention_heads is 7, which does not divide \
      hidden_size 768
      "intermediate_size":true           | intermediate_size is true; a whole number from 1 to \
      1048576 is needed
      "max_position_embeddings":0        | max_position_embeddings is 0; a whole number from 1 \
      to 16777216 is needed
      "type_vocab_size":0                | type_vocab_size is 0; a whole number from 1 to 65536 \
      is needed
      "pad_token_id":30522               | pad_token_id is 30522; a whole number from 0 to 30521 \
      is needed
      "layer_norm_eps":0                 | layer_norm_eps is 0; a number above 0 and at most 0.1 \
      is needed
      "layer_norm_eps":1e999             | layer_norm_eps is 'Infinity'; a number above 0 and at \
      most 0.1 is needed
      "layer_norm_eps":"1e-12"           | layer_norm_eps is "1e-12"; a number above 0 and at \
      most 0.1 is needed
      "hidden_dropout_prob":1            | hidden_dropout_prob is 1; a number from 0 to below 1 \
      is needed
      "attention_probs_dropout_prob":-1  | attention_probs_dropout_prob is -1; a number from 0 \
      to below 1 is needed
      "id2label":["a"]                   | id2label is ['a']; an object is needed
      "id2label":{"0":"a","2":"b"}       | id2label is without class 1; a text for each class \
      from 0 to 1 is needed
      "id2label":{"0":1}                 | id2label is 1 at class 0; a text for each class from \
      0 to 0 is needed
      "id2label":{"0":"a","1":"a"}       | id2label is naming two classes "a"
      "id2label":{"0":"a"},"num_labels":3 | num_labels is 3, but id2label has 1
      "do_lower_case":"yes"              | do_lower_case is "yes"; true or false is needed
      """)
  void eachImpossibleValueHasItsOwnMessage(String entry, String message) {
    String json = entry.startsWith("\"model_type\"")
        ? "{" + entry + "}"
        : "{\"model_type\":\"bert\"," + entry + "}";
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(UserException.class)
        .hasMessage(file + ": " + message.replace("TYPES", types()) + ".");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      {"model_type":"bert","model_type":"bert"} | is not strict JSON: Duplicate field \
      'model_type' (line 1, column 34)
      {"model_type":"bert"} x | is not strict JSON: Unrecognized token 'x'
      {"model_type":NaN}      | is not strict JSON: Non-standard token 'NaN'
      {'model_type':'bert'}   | is not strict JSON: Unexpected character (''' (code 39))
      {"model_type":"bert",}  | is not strict JSON: Unexpected character ('}' (code 125))
      []                      | holds no JSON object; it must begin with '{'
      {}                      | has no model_type; Retort reads models of type TYPES. If it is one \
      of these, add its type, as in \
      "model_type": "bert".
      """)
  void whatIsNoStrictJsonIsRefused(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ": " + message.replace("TYPES", types()));
  }

  @Test
  void byteOrderMarksBombsAndOtherEncodingsAreRefused() throws IOException {
    assertThatThrownBy(() -> read("\uFEFF{}"))
        .hasMessage(file + ": begins with a byte order mark; save it as UTF-8 without BOM.");
    assertThatThrownBy(() -> read("")).hasMessage(file + ": is empty.");
    assertThatThrownBy(() -> read("{\"a\":".repeat(100_000))).hasMessageContaining("nesting depth");
    assertThatThrownBy(() -> read("{\"vocab_size\":" + "9".repeat(10_000) + "}"))
        .hasMessageContaining("Number value length");
    Files.write(file, "{\"é\":1}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> read(file)).hasMessage(file + ": is not UTF-8.");
    Files.write(file, new byte[(16 << 20) + 1]);
    assertThatThrownBy(() -> read(file))
        .hasMessage(file + ": is 16777217 bytes long; at most 16777216 are read.");
    Files.delete(file);
    assertThatThrownBy(() -> read(file))
        .hasMessage(file + ": there is no such file. Check the path.");
  }

  @Test
  void absentKeysHaveTheDefaultsOfTransformers() throws IOException {
    Files.writeString(file, "{\"model_type\":\"bert\",\"id2label\":null}");
    HuggingFaceModel.Described config = read(file);
    assertThat(config.architecture(contents("bert.pooler.dense.bias", "classifier.bias")))
        .isEqualTo(Architecture.parse("bert:layers=12,hidden=768,heads=12,ratio=4"));
    assertThat(config.labels()).containsExactly("LABEL_0", "LABEL_1");
    assertThat(config.lowerCase()).isNull();
  }

  private static HuggingFaceModel.Contents contents(String... tensors) {
    return new HuggingFaceModel.Contents(ImmutableSet.copyOf(tensors), null);
  }

  @Test
  void whatIsWrittenReadsBackTheSame() throws IOException {
    Architecture architecture = Architecture.parse("bert:layers=3,hidden=48,heads=3,"
        + "intermediate=100,head-size=16,vocabulary=99,positions=48,types=1,classes=3,"
        + "norm-epsilon=0.00001");
    List<String> labels = List.of("a", "b \"", "ü");
    HuggingFaceModel bert = HuggingFaceModels.holding(architecture);
    Files.writeString(file, HuggingFaceModels.config(bert, architecture, labels));
    HuggingFaceModel.Described read = read(file);
    assertThat(read.architecture(contents("bert.pooler.dense.bias", "classifier.bias")))
        .isEqualTo(architecture);
    assertThat(read.labels()).isEqualTo(labels);
    Files.writeString(file, HuggingFaceModels.config(bert, architecture, List.of()));
    assertThat(read(file).labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
    assertThatThrownBy(() -> HuggingFaceModels.config(bert, architecture, List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 labels for 3 classes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      bert:layers=2,hidden=160,heads=10,ratio=2 | its attention is heads x head-size = 10 x 64 = \
      640 wide, its hidden size is 160, and Hugging Face's BERT has \
      the two equal. Set the dimension heads or head-size,
      bert:layers=2,hidden=128,heads=2/1,ratio=2 | its heads differ from layer to layer. Set the \
      dimension heads,
      bert:layers=2,hidden=128,heads=2,ratio=2/3 | its feed-forward width differs from layer to \
      layer. Set the dimension ratio,
      bert:layers=2,hidden=128,heads=2,ratio=2,pooling=mean | its classifier takes the mean over \
      the tokens, Hugging Face's the first token. Set the dimension pooling (to first or pooler),
      """)
  void aStudentThatIsNoPlainBertIsRefusedWithTheDimension(String text, String why) {
    Architecture architecture = Architecture.parse(text);
    assertThatThrownBy(() -> HuggingFaceModels.holding(architecture))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "Student " + architecture + " cannot be written as a Hugging Face folder: " + why)
        .hasMessageContaining("`constraint: hf-bert`");
  }
}
