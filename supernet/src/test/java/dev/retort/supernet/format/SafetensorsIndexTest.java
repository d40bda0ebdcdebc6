package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsIndexTest {
  private static final String ADVICE = ". Copy or download the folder again.";

  private final Path folder;

  SafetensorsIndexTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void writeShards() throws IOException {
    shard("one.safetensors", "a", "b");
    shard("two.safetensors", "c");
  }

  private void shard(String file, String... names) throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < names.length; i++) {
      header
          .append(i == 0 ? "" : ",")
          .append('"')
          .append(names[i])
          .append("\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[")
          .append(4 * i)
          .append(',')
          .append(4 * i + 4)
          .append("]}");
    }
    SafetensorsBytes.write(
        folder, file, SafetensorsBytes.of(header.append('}').toString(), 4 * names.length));
  }

  private Path index(String weightMap) throws IOException {
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":12},\"weight_map\":" + weightMap + "}");
  }

  @Test
  void shardsReadAsOneFile() throws IOException {
    SafetensorsIndex index = SafetensorsIndex.open(
        index("{\"c\":\"two.safetensors\",\"a\":\"one.safetensors\",\"b\":\"one.safetensors\"}"));
    assertThat(index.entries()).extracting(TensorEntry::name).containsExactly("a", "b", "c");
    assertThat(index.metadata()).containsEntry("total_size", "12");
    assertThat(index.floats("c")).containsExactly(0f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      {"a":"../one.safetensors"} | puts tensor "a" into "../one.safetensors"; a file beside the \
      index is needed
      {"a":"/etc/x.safetensors"} | puts tensor "a" into "/etc/x.safetensors"; a file beside the \
      index is needed
      {"a":"pytorch_model.bin"}  | puts tensor "a" into "pytorch_model.bin"; a file beside the \
      index is needed
      {"a":7}                    | puts tensor "a" into "7"; a file beside the index is needed
      {"a":"six.safetensors"}    | names the shard "six.safetensors", which is missing
      {"a":"one.safetensors"}    | tensor "b" stands in shard one.safetensors and is not listed
      {"a":"one.safetensors","b":"two.safetensors"} | tensor "b" stands in shard one.safetensors \
      and is listed under two.safetensors
      {"c":"two.safetensors","d":"two.safetensors"} | lists tensor "d" in shard two.safetensors, \
      which does not hold it
      {}                         | has no weight_map from tensors to files
      []                         | has no weight_map from tensors to files
      """)
  void eachFaultHasItsOwnMessage(String weightMap, String message) throws IOException {
    Path index = index(weightMap);
    assertThatThrownBy(() -> SafetensorsIndex.open(index))
        .isInstanceOf(UserException.class)
        .hasMessage(index + ": " + message + ADVICE);
  }

  @Test
  void aTensorInTwoShardsOrTwiceInTheIndexIsRefused() throws IOException {
    shard("two.safetensors", "c", "a");
    Path index = index(
        "{\"a\":\"one.safetensors\",\"b\":\"one.safetensors\"," + "\"c\":\"two.safetensors\"}");
    assertThatThrownBy(() -> SafetensorsIndex.open(index))
        .hasMessage(index + ": tensor \"a\" stands in two shards, one.safetensors and "
            + "two.safetensors" + ADVICE);
    Path twice = index("{\"a\":\"one.safetensors\",\"a\":\"two.safetensors\"}");
    assertThatThrownBy(() -> SafetensorsIndex.open(twice))
        .hasMessageContaining("is not strict JSON: Duplicate field 'a'");
  }
}
