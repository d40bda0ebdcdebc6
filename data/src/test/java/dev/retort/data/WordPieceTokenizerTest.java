package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WordPieceTokenizerTest {
  private static final String SPECIAL = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";

  private final Path folder;

  WordPieceTokenizerTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void idsOfBertBaseUncasedAreThoseBesideTheWeights() throws IOException {
    JsonNode expected = TestFiles.resource("minilm-sentences.json").path("examples");
    WordPieceTokenizer tokenizer =
        WordPieceTokenizer.read(TestFiles.shared("minilm-l6-h384/vocab.txt"), true);
    assertThat(tokenizer.size()).isEqualTo(30_522);
    assertThat(tokenizer.pad()).isEqualTo(0);
    assertThat(tokenizer.unknown()).isEqualTo(100);
    assertThat(tokenizer.cls()).isEqualTo(101);
    assertThat(tokenizer.sep()).isEqualTo(102);
    assertThat(tokenizer.mask()).isEqualTo(103);
    assertThat(expected).hasSize(4);
    for (JsonNode each : expected) {
      Example example = tokenizer.encode(each.path("text").asText(), 128, 1);
      assertThat(example.ids()).isEqualTo(ints(each.path("input_ids")));
      assertThat(example.types()).containsOnly(0).hasSameSizeAs(example.ids());
      List<String> tokens = new ArrayList<>();
      for (int id : example.ids()) {
        tokens.add(tokenizer.token(id));
      }
      assertThat(tokens)
          .containsExactlyElementsOf(StreamSupport.stream(each.path("tokens").spliterator(), false)
              .map(JsonNode::asText)
              .toList());
    }
  }

  @Test
  void oddTextGivesTheIdsOfHuggingFace() throws IOException {
    WordPieceTokenizer lower = authors(true);
    WordPieceTokenizer cased = authors(false);
    for (JsonNode each : TestFiles.resource("tokenizer-cases.json").path("texts")) {
      String text = each.path("text").asText();
      WordPieceTokenizer tokenizer = each.path("lowerCase").asBoolean() ? lower : cased;
      assertThat(tokenizer.encode(text, 1000, Float.NaN).ids())
          .as(text)
          .isEqualTo(ints(each.path("ids")));
    }
  }

  @Test
  void pairsAreCutLongestFirstAsHuggingFaceCutsThem() throws IOException {
    WordPieceTokenizer tokenizer = authors(true);
    for (JsonNode each : TestFiles.resource("tokenizer-cases.json").path("pairs")) {
      Example example = tokenizer.encode(
          each.path("first").asText(),
          each.path("second").asText(),
          each.path("maxLength").asInt(),
          0);
      assertThat(example.ids()).as(each.toString()).isEqualTo(ints(each.path("ids")));
      assertThat(example.types()).as(each.toString()).isEqualTo(ints(each.path("types")));
    }
  }

  @Test
  void aSurrogateAloneIsLeftOutAndDoesNotStopNativeCode() {
    WordPieceTokenizer tokenizer = authors(true);
    assertThat(tokenizer.tokens("the \uD83D house")).containsExactly("the", "house");
    assertThat(tokenizer.tokens("\uDE00the house\uD83D")).containsExactly("the", "house");
    assertThat(NativeTokenizer.wellFormed("a\uD83D\uDE00b")).isEqualTo("a\uD83D\uDE00b");
  }

  @Test
  void aTextIsCutAtTheMostTokensAndKeepsItsSeparator() {
    WordPieceTokenizer tokenizer = authors(true);
    Example example = tokenizer.encode("the house and the town and the river", 5, 3);
    assertThat(example.ids()).hasSize(5).startsWith(tokenizer.cls()).endsWith(tokenizer.sep());
    assertThat(example.label()).isEqualTo(3);
    assertThatThrownBy(() -> tokenizer.encode("the", 2, 0)).hasMessageContaining("(2)");
    assertThatThrownBy(() -> tokenizer.encode("a", "b", 4, 0)).hasMessageContaining("(4)");
  }

  @Test
  void manyThreadsGetTheIdsThatOneGets() {
    WordPieceTokenizer tokenizer = authors(true);
    List<LabeledText> texts = IntStream.range(0, 3000)
        .mapToObj(i -> LabeledText.of("the year " + i, i))
        .toList();
    List<Example> expected = tokenizer.encodeAll(texts, 16);
    IntStream.range(0, 8).parallel().forEach(thread -> {
      List<Example> found = tokenizer.encodeAll(texts, 16);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(found.get(i).ids()).isEqualTo(expected.get(i).ids());
        assertThat(found.get(i).label()).isEqualTo(i);
      }
    });
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    WordPieceTokenizer tokenizer = authors(false);
    tokenizer.write(folder, 48);
    assertThat(folder.resolve("vocab.txt"))
        .hasSameTextualContentAs(TestFiles.AUTHORS.resolve("vocab.txt"));
    assertThat(folder.resolve("special_tokens_map.json")).content().contains("\"[MASK]\"");
    assertThat(folder.resolve("tokenizer_config.json")).content().contains("48");
    String text = "The House upon a Hill";
    int[] ids = tokenizer.encode(text, 48, 0).ids();
    assertThat(WordPieceTokenizer.open(folder).encode(text, 48, 0).ids()).isEqualTo(ids);
    Files.delete(folder.resolve("vocab.txt"));
    Files.delete(folder.resolve("tokenizer_config.json"));
    WordPieceTokenizer again = WordPieceTokenizer.open(folder);
    assertThat(again.lowerCase()).isFalse();
    assertThat(again.encode(text, 48, 0).ids()).isEqualTo(ids);
  }

  @Test
  void windowsLineEndsAndAByteOrderMarkDoNoHarm() throws IOException {
    String text = "\uFEFF" + SPECIAL.replace("\n", "\r\n") + "the\r\nhouse";
    WordPieceTokenizer tokenizer =
        WordPieceTokenizer.read(TestFiles.write(folder, "vocab.txt", text), true);
    assertThat(tokenizer.tokens("The house")).containsExactly("the", "house");
    assertThat(tokenizer.size()).isEqualTo(7);
  }

  @Test
  void badVocabulariesAreRefusedWithTheirOwnMessages() throws IOException {
    refused(SPECIAL + "the\nhouse\nthe\n", ":8: ", "the piece 'the' stands in line 6 already");
    refused(SPECIAL + "the\n\nhouse\n", ":7: ", "the line is empty");
    refused("[PAD]\n[UNK]\nthe\n", "vocab.txt: ", "lacks [CLS], [SEP], [MASK]");
    refused("", "vocab.txt: ", "is empty");
    Path bad = folder.resolve("vocab.txt");
    Files.write(bad, (SPECIAL + "caf\u00e9\n").getBytes(StandardCharsets.ISO_8859_1));
    TestFiles.assertRefused(() -> WordPieceTokenizer.read(bad, true), ":6: ", "is not UTF-8");
    Files.delete(bad);
    TestFiles.assertRefused(
        () -> WordPieceTokenizer.read(bad, true), "vocab.txt: ", "does not exist");
    TestFiles.assertRefused(() -> WordPieceTokenizer.read(folder, true), "", "is a folder");
    TestFiles.assertRefused(
        () -> WordPieceTokenizer.open(folder), "", "has neither vocab.txt nor tokenizer.json");
  }

  @Test
  void aVocabularyLargerThanAnyIsRefusedUnread() throws IOException {
    Path huge = folder.resolve("vocab.txt");
    try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(Vocabulary.LARGEST_FILE + 1);
    }
    TestFiles.assertRefused(() -> WordPieceTokenizer.read(huge, true), "vocab.txt: ", "67108865");
  }

  @Test
  void badTokenizerFilesAreRefusedWithTheirOwnMessages() throws IOException {
    refusedJson("{", "is not JSON");
    refusedJson("", "is not a JSON object");
    refusedJson("{} {}", "is not JSON");
    refusedJson("{\"model\":1,\"mod\\u0065l\":2}", "is not JSON");
    refusedJson("[]", "is not a JSON object");
    refusedJson("{\"model\":{\"type\":\"BPE\",\"vocab\":{}}}", "of type 'BPE'");
    refusedJson("{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":7}}}", "has the id 7");
    refusedJson("{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0,\"b\":0}}}", "have one id");
    refusedJson("{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0}}}", "lacks [PAD]");
  }

  private void refusedJson(String text, String message) throws IOException {
    TestFiles.write(folder, "tokenizer.json", text);
    TestFiles.assertRefused(() -> WordPieceTokenizer.open(folder), "tokenizer.json: ", message);
  }

  private void refused(String text, String where, String message) throws IOException {
    Path file = TestFiles.write(folder, "vocab.txt", text);
    TestFiles.assertRefused(() -> WordPieceTokenizer.read(file, true), where, message);
  }

  private static WordPieceTokenizer authors(boolean lowerCase) {
    return WordPieceTokenizer.read(TestFiles.AUTHORS.resolve("vocab.txt"), lowerCase);
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToInt(JsonNode::asInt)
        .toArray();
  }
}
