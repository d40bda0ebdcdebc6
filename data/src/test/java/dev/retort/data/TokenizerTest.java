package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against transformers 5.18 on odd text: see src/test/scripts/tokenizer_reference.py. */
final class TokenizerTest {
  private final Path folder;

  TokenizerTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "roberta", "unigram"})
  void oddTextGivesTheIdsAndTextsOfTransformers(String name) throws IOException {
    Tokenizer tokenizer = Tokenizer.read(own(name));
    checkAll(tokenizer, name);
    tokenizer.write(folder, 64);
    checkAll(Tokenizer.read(folder), name);
  }

  @Test
  void optBeginsEachTextWithItsToken() throws IOException {
    for (String file : List.of("vocab.json", "merges.txt")) {
      Files.copy(own("roberta").resolve(file), folder.resolve(file));
    }
    TestFiles.write(
        folder,
        "tokenizer_config.json",
        "{\"tokenizer_class\": \"GPT2Tokenizer\", \"add_bos_token\": true, \"bos_token\": \"</s>\","
            + " \"eos_token\": \"</s>\", \"unk_token\": \"</s>\", \"pad_token\": \"<pad>\"}");
    Tokenizer tokenizer = Tokenizer.read(folder);
    checkAll(tokenizer, "opt");
    assertThat(tokenizer.prompt("the")).startsWith(2).hasSize(1 + tokenizer.ids("the").length);
  }

  @Test
  void bertGivesTheSameFromEitherOfItsFiles() throws IOException {
    for (boolean lowerCase : new boolean[] {true, false}) {
      String name = lowerCase ? "authors" : "authors-cased";
      Tokenizer tokenizer =
          WordPieceTokenizer.read(TestFiles.AUTHORS.resolve("vocab.txt"), lowerCase);
      checkAll(tokenizer, name);
      tokenizer.write(folder);
      Files.deleteIfExists(folder.resolve("vocab.txt"));
      Tokenizer general = Tokenizer.read(folder);
      assertThat(general).isInstanceOf(JsonTokenizer.class);
      assertThat(general.lowerCase()).isEqualTo(lowerCase);
      assertThat(general.specials()).isEqualTo(tokenizer.specials());
      checkAll(general, name);
      Files.delete(folder.resolve("tokenizer_config.json"));
      Files.delete(folder.resolve("special_tokens_map.json"));
      Tokenizer bare = Tokenizer.read(folder);
      assertThat(bare.specials()).isEqualTo(tokenizer.specials());
      assertThat(bare.lowerCase()).isEqualTo(lowerCase);
    }
  }

  @Test
  void gpt2sOwnVocabularyGivesItsIds() throws IOException {
    unpack("gpt2-bpe/encoder.json.gz", "encoder.json");
    unpack("gpt2-bpe/vocab.bpe.gz", "vocab.bpe");
    Tokenizer tokenizer = Tokenizer.read(folder);
    assertThat(tokenizer.specials().eos()).isEqualTo(OptionalInt.of(50_256));
    assertThat(tokenizer.pad()).isEqualTo(50_256);
    checkAll(tokenizer, "shared-gpt2");
    for (JsonNode each : TokenizerFiles.JSON.readTree(
        Files.readString(TestFiles.shared("gpt2-bpe/expected-encodings.json")))) {
      assertThat(tokenizer.ids(each.path("text").asText())).isEqualTo(ints(each.path("ids")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokens.jsonl", "tok512.bin"})
  void scoredPiecesAreJoinedAsLlama2cJoinsThem(String file) throws IOException {
    Files.copy(TestFiles.shared("stories260k-decoder/" + file), folder.resolve(file));
    Tokenizer tokenizer = Tokenizer.read(folder);
    assertThat(tokenizer.size()).isEqualTo(512);
    assertThat(tokenizer.specials().bos()).isEqualTo(OptionalInt.of(1));
    assertThat(tokenizer.specials().eos()).isEqualTo(OptionalInt.of(2));
    assertThat(tokenizer.token(13)).isEqualTo("<0x0A>");
    for (JsonNode each : expected("shared-stories").path("texts")) {
      String text = each.path("text").asText();
      int[] ids = ints(each.path("ids"));
      assertThat(tokenizer.prompt(text)).as(each.path("name").asText()).isEqualTo(ids);
      assertThat(tokenizer.encode(text, 4096, 0).ids()).isEqualTo(ids);
      assertThat(tokenizer.decode(ids)).as(each.path("name").asText()).isEqualTo(text);
      streamed(tokenizer, ids);
    }
    JsonNode story = TokenizerFiles.JSON.readTree(
        Files.readString(TestFiles.shared("stories260k-decoder/expected-outputs.json")));
    JsonNode greedy = StreamSupport.stream(story.spliterator(), false)
        .filter(each -> each.isArray() && each.size() >= 200 && each.path(0).isInt())
        .findFirst()
        .orElseThrow();
    assertThat(streamed(tokenizer, ints(greedy))).contains("a little girl named Lily.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "roberta"})
  void bytesComeBackAsTheyWere(String name) {
    Tokenizer tokenizer = Tokenizer.read(own(name));
    long seed = 20_261_121;
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        int plane = random.nextInt(4);
        int letter = random.nextInt(plane == 0 ? 0x80 : plane == 1 ? 0x800 : 0x110000);
        text.appendCodePoint(letter);
      }
      String whole = NativeTokenizer.wellFormed(text.toString());
      int[] ids = tokenizer.ids(text.toString());
      assertThat(tokenizer.decode(ids)).as("seed %d, text %d", seed, i).isEqualTo(whole);
      assertThat(streamed(tokenizer, ids)).as("seed %d, text %d", seed, i).isEqualTo(whole);
    }
  }

  @Test
  void halfACharacterInTextIsTheOneForUnknown() {
    Tokenizer tokenizer = Tokenizer.read(own("gpt2"));
    assertThat(tokenizer.decode(tokenizer.ids("a\uD83Db\uDE00"))).isEqualTo("a\uFFFDb\uFFFD");
  }

  @Test
  void aStreamWaitsForWholeCharactersAndGivesWhatNeverBecomesOne() {
    Tokenizer tokenizer = Tokenizer.read(own("gpt2"));
    int[] ids = tokenizer.ids("ab\uD83D\uDE00");
    TextStream stream = new TextStream(tokenizer);
    List<String> given = new ArrayList<>();
    for (int id : ids) {
      given.add(stream.add(id));
    }
    assertThat(given).hasSizeGreaterThan(3);
    assertThat(given.get(given.size() - 1)).isEqualTo("\uD83D\uDE00");
    assertThat(given.get(given.size() - 2)).isEmpty();
    assertThat(stream.end()).isEmpty();
    stream.add(ids[ids.length - 1]);
    assertThat(stream.add(tokenizer.specials().eos().orElseThrow())).isEmpty();
    assertThat(stream.end()).isEqualTo("\uFFFD");
    TextStream broken = new TextStream(tokenizer);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      all.append(broken.add(ids[ids.length - 1]));
    }
    assertThat(all.append(broken.end()).toString()).isEqualTo("\uFFFD".repeat(50));
  }

  @Test
  void aStreamGoesOnWhereItsContextEnded() throws IOException {
    Files.copy(
        TestFiles.shared("stories260k-decoder/tokens.jsonl"), folder.resolve("tokens.jsonl"));
    Tokenizer tokenizer = Tokenizer.read(folder);
    int[] ids = tokenizer.prompt("Once upon a time, there was");
    TextStream stream = new TextStream(tokenizer, Arrays.copyOf(ids, 4));
    StringBuilder rest = new StringBuilder();
    for (int i = 4; i < ids.length; i++) {
      rest.append(stream.add(ids[i]));
    }
    String before = tokenizer.decode(Arrays.copyOf(ids, 4));
    assertThat(before + rest + stream.end()).isEqualTo("Once upon a time, there was");
    assertThat(rest).startsWith(" ");
  }

  @Test
  void wordsAreThoseOfARunningText() {
    Tokenizer tokenizer = Tokenizer.read(own("roberta"));
    List<int[]> words = tokenizer.words(List.of("small", "network"));
    assertThat(words.stream().flatMapToInt(Arrays::stream).toArray())
        .isEqualTo(tokenizer.ids(" small network"));
  }

  @Test
  void tokensThatTheVocabularyLacksGetTheNextIds() throws IOException {
    for (String file : List.of("vocab.json", "merges.txt")) {
      Files.copy(own("gpt2").resolve(file), folder.resolve(file));
    }
    TestFiles.write(
        folder,
        "special_tokens_map.json",
        "{\"pad_token\": {\"content\": \"[PAD]\"}, \"additional_special_tokens\": [\"<user>\"]}");
    Tokenizer tokenizer = Tokenizer.read(folder);
    int size = Tokenizer.read(own("gpt2")).size();
    assertThat(tokenizer.specials().pad()).isEqualTo(OptionalInt.of(size));
    assertThat(tokenizer.size()).isEqualTo(size + 2);
    assertThat(tokenizer.ids("<user>")).containsExactly(size + 1);
    assertThat(tokenizer.specials().all()).contains(size, size + 1);
  }

  /** As Llama 3 has it: merges in pairs, a template behind another processor. */
  @Test
  void newerFormsOfTheFileAreRead() throws IOException {
    Tokenizer plain = Tokenizer.read(own("gpt2"));
    plain.write(folder);
    Files.delete(folder.resolve("tokenizer_config.json"));
    Files.delete(folder.resolve("special_tokens_map.json"));
    Path file = folder.resolve("tokenizer.json");
    ObjectNode root = (ObjectNode) TokenizerFiles.JSON.readTree(Files.readString(file));
    ArrayNode pairs = TokenizerFiles.JSON.createArrayNode();
    root.path("model").path("merges").forEach(merge -> {
      String[] parts = merge.asText().split(" ");
      pairs.addArray().add(parts[0]).add(parts[1]);
    });
    ((ObjectNode) root.path("model")).set("merges", pairs);
    int end = plain.specials().eos().orElseThrow();
    ObjectNode sequence = root.putObject("post_processor").put("type", "Sequence");
    sequence
        .putArray("processors")
        .add(TokenizerFiles.JSON
            .createObjectNode()
            .put("type", "ByteLevel")
            .put("add_prefix_space", true)
            .put("trim_offsets", false)
            .put("use_regex", true))
        .add(PostProcessor.around("<|endoftext|>", "", Map.of("<|endoftext|>", end)));
    Files.writeString(file, root.toString());
    Tokenizer newer = Tokenizer.read(folder);
    assertThat(newer.before()).containsExactly(end);
    assertThat(newer.specials().eos()).isEqualTo(OptionalInt.of(end));
    assertThat(newer.ids("the network learns")).isEqualTo(plain.ids("the network learns"));
    assertThat(newer.encode("the", "network", 9, 0).ids())
        .startsWith(end)
        .hasSize(2 + plain.ids("the").length + plain.ids("network").length);
    newer.write(folder, 8);
    assertThat(folder.resolve("merges.txt"))
        .hasSameTextualContentAs(own("gpt2").resolve("merges.txt"));
  }

  @Test
  void foldersWithoutAWholeTokenizerAreRefused() throws IOException {
    refused("", "has no tokenizer");
    TestFiles.write(folder, "tokenizer.model", "x");
    refused("", "SentencePiece model");
    Files.copy(own("gpt2").resolve("vocab.json"), folder.resolve("vocab.json"));
    refused("", "has vocab.json without merges.txt");
    TestFiles.write(folder, "merges.txt", "#version: 0.2\na b c\n");
    refused("merges.txt:2", "two pieces");
    TestFiles.write(folder, "merges.txt", "#version: 0.2\nq \u0416\n");
    refused("merges.txt:2", "not in the vocabulary");
    TestFiles.write(folder, "tokenizer.json", "{\"model\": {\"type\": \"BPE\"}}");
    refused("tokenizer.json", "has no pieces");
    TestFiles.write(folder, "tokenizer.json", "{\"model\": {\"vocab\": {\"a\": -1}}}");
    refused("tokenizer.json", "has the id -1");
    TestFiles.write(
        folder, "tokenizer.json", "{\"model\": {\"type\": \"Odd\", \"vocab\": {\"a\": 0}}}");
    refused("tokenizer.json", "the tokenizers library cannot use");
    TestFiles.write(
        folder,
        "tokenizer.json",
        "{\"model\": {\"vocab\": {\"a\": 0}}, \"post_processor\": {\"type\": \"Odd\"}}");
    refused("tokenizer.json", "post_processor that is not known here: Odd");
  }

  @Test
  void brokenScoredPiecesAreRefused() throws IOException {
    TestFiles.write(folder, "tok1.bin", new byte[] {1, 0});
    refused("tok1.bin", "ends too early");
    TestFiles.write(folder, "tok1.bin", new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 127});
    refused("tok1.bin", "piece 0 is torn");
    TestFiles.write(folder, "tokens.jsonl", "{\"id\": 1}\n");
    refused("tokens.jsonl:1", "\"id\": 0");
    TestFiles.write(folder, "tokens.jsonl", "{\"id\": 0, \"text\": \"a\", \"score\": 0}\n");
    refused("tokens.jsonl", "has 1 pieces");
  }

  private void refused(String where, String message) {
    TestFiles.assertRefused(() -> Tokenizer.read(folder), where, message);
  }

  private static void checkAll(Tokenizer tokenizer, String name) throws IOException {
    JsonNode expected = expected(name);
    assertThat(tokenizer.size()).isEqualTo(expected.path("size").asInt());
    SpecialTokens specials = tokenizer.specials();
    check(specials.bos(), expected, "bos_token");
    check(specials.eos(), expected, "eos_token");
    check(specials.unknown(), expected, "unk_token");
    check(specials.sep(), expected, "sep_token");
    check(specials.pad(), expected, "pad_token");
    check(specials.cls(), expected, "cls_token");
    check(specials.mask(), expected, "mask_token");
    Example pair = tokenizer.encode("the small network", "learns slowly", 100, 0);
    assertThat(pair.ids()).isEqualTo(ints(expected.path("pair").path("ids")));
    if (expected.path("pair").path("types").isArray()) {
      assertThat(pair.types()).isEqualTo(ints(expected.path("pair").path("types")));
    }
    assertThat(expected.path("texts")).hasSizeGreaterThan(40);
    for (JsonNode each : expected.path("texts")) {
      String what = name + ": " + each.path("name").asText();
      int[] ids = tokenizer.encode(each.path("text").asText(), 4096, Float.NaN).ids();
      assertThat(ids).as(what).isEqualTo(ints(each.path("ids")));
      assertThat(tokenizer.decode(ids)).as(what).isEqualTo(each.path("decoded").asText());
      assertThat(tokenizer.decode(ids, true))
          .as(what)
          .isEqualTo(each.path("whole").asText());
      String streamed = streamed(tokenizer, ids);
      // What was given stays given, where bytes that follow would have made it U+FFFD.
      if (each.path("text").asText().contains("\uFFFD")
          || !each.path("decoded").asText().contains("\uFFFD")) {
        assertThat(streamed).as(what).isEqualTo(each.path("decoded").asText());
      }
    }
  }

  private static void check(OptionalInt found, JsonNode expected, String role) {
    JsonNode id = expected.path("specials").path(role);
    assertThat(found)
        .as(role)
        .isEqualTo(id.isInt() ? OptionalInt.of(id.intValue()) : OptionalInt.empty());
  }

  /** What a stream gives in all; no part ends within a character. */
  private static String streamed(Tokenizer tokenizer, int[] ids) {
    TextStream stream = new TextStream(tokenizer);
    StringBuilder all = new StringBuilder();
    for (int id : ids) {
      String part = stream.add(id);
      assertThat(part.isEmpty() || !Character.isHighSurrogate(part.charAt(part.length() - 1)))
          .isTrue();
      all.append(part);
    }
    return all.append(stream.end()).toString();
  }

  private static JsonNode expected(String name) throws IOException {
    return TestFiles.resource("tokenizers/odd-text.json").path(name);
  }

  static Path own(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(TokenizerTest.class.getResource("tokenizers/" + name), name)
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(name, e);
    }
  }

  private void unpack(String from, String to) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(TestFiles.shared(from)))) {
      Files.write(folder.resolve(to), in.readAllBytes());
    }
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToInt(JsonNode::asInt)
        .toArray();
  }
}
