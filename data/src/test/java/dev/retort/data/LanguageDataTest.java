package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets of which single tokens have labels. */
final class LanguageDataTest {
  private final Path folder;
  private final Tokenizer gpt2 = Tokenizer.read(TokenizerTest.own("gpt2"));
  private final Tokenizer roberta = Tokenizer.read(TokenizerTest.own("roberta"));

  LanguageDataTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void packedBlocksAskForEachTokenOnceButTheFirst() {
    RandomGenerator random = new RandomStreams(7).at("case", 0);
    for (int round = 0; round < 50; round++) {
      List<int[]> documents = new ArrayList<>();
      for (int i = random.nextInt(6); i >= 0; i--) {
        documents.add(random.ints(2 + random.nextInt(20), 0, 300).toArray());
      }
      int[] all = documents.stream().flatMapToInt(Arrays::stream).toArray();
      TokenBlocks blocks = TokenBlocks.packed(documents, 1 + random.nextInt(9), 0);
      assertThat(blocks.labels()).isEqualTo(all.length - 1);
      int[] read = IntStream.range(0, blocks.size())
          .flatMap(i -> Arrays.stream(blocks.get(i).ids()))
          .toArray();
      assertThat(read).isEqualTo(Arrays.copyOf(all, all.length - 1));
      LabeledRows rows = rows(blocks, IntStream.range(0, blocks.size()).toArray());
      assertThat(rows.labels())
          .isEqualTo(Arrays.stream(all).skip(1).asLongStream().toArray());
    }
  }

  @Test
  void paddedDocumentsAskForAllTokensOfTheirOwn() {
    TokenBlocks documents = TokenBlocks.padded(
        List.of(new int[] {5, 6, 7}, new int[] {9}, new int[] {1, 2, 3, 4, 8}), 4, 99);
    assertThat(documents.size()).isEqualTo(2);
    assertThat(documents.labels()).isEqualTo(5);
    LabeledRows rows = rows(documents, 1, 0);
    assertThat(rows.rows().ids()).containsExactly(1, 2, 3, 4, 5, 6, 7, 99);
    assertThat(rows.rows().mask()).containsExactly(1, 1, 1, 1, 1, 1, 1, 0);
    assertThat(rows.positions()).containsExactly(0, 1, 2, 4, 5);
    assertThat(rows.labels()).containsExactly(2, 3, 4, 6, 7);
    assertThat((Float) documents.label(0)).isNaN();
  }

  @Test
  void aCorpusHasTheEndsOfItsTokenizerAroundEachDocument() throws IOException {
    TextCorpus corpus =
        new TextCorpus(TestFiles.write(folder, "corpus.txt", "the network\n\nthe vapour\n"));
    int end = gpt2.specials().eos().orElseThrow();
    int[] expected = IntStream.concat(
            IntStream.concat(Arrays.stream(gpt2.ids("the network")), IntStream.of(end)),
            IntStream.concat(Arrays.stream(gpt2.ids("the vapour")), IntStream.of(end)))
        .toArray();
    TokenBlocks blocks = TokenBlocks.packed(gpt2, corpus, 1000);
    assertThat(blocks.get(0).ids()).isEqualTo(Arrays.copyOf(expected, expected.length - 1));
    assertThat(blocks.tokenLabel(0, expected.length - 2)).isEqualTo(end);
    assertThat(TokenBlocks.padded(roberta, corpus, 1000).get(1).ids())
        .isEqualTo(roberta.encode("the vapour", 1000, 0).ids());
    TokenBlocks bare =
        TokenBlocks.packed(gpt2, corpus, new TokenBlocks.Ends(List.of(), List.of()), 3);
    assertThat(bare.labels()).isEqualTo(expected.length - 3);
    Path one = TestFiles.write(folder, "one.txt", "a\n");
    assertThatThrownBy(() -> TokenBlocks.packed(
            gpt2, new TextCorpus(one), new TokenBlocks.Ends(List.of(), List.of()), 3))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has 1 tokens");
  }

  @Test
  void instructionsAskForTheAnswerAndItsEndAlone() {
    Instruction one = new Instruction("Say the word: ", "network");
    Instructions data = Instructions.of(gpt2, List.of(one, new Instruction("a", "")), 100);
    int[] prompt = gpt2.prompt(one.prompt());
    int[] answer = gpt2.ids("network");
    int end = gpt2.specials().eos().orElseThrow();
    assertThat(data.prompt(0)).isEqualTo(prompt);
    assertThat(data.instruction(0)).isEqualTo(one);
    LabeledRows rows = rows(data, 0);
    long[] expected = IntStream.concat(Arrays.stream(answer), IntStream.of(end))
        .asLongStream()
        .toArray();
    assertThat(rows.labels()).isEqualTo(expected);
    assertThat(rows.positions()[0]).isEqualTo(prompt.length - 1);
    assertThat(rows(data, 1).labels()).containsExactly(end);
    Instructions cut = Instructions.of(gpt2, List.of(one), prompt.length + 1);
    assertThat(rows(cut, 0).labels()).containsExactly(answer[0]);
    Instructions some =
        Instructions.of(gpt2, List.of(one, new Instruction("b", "c")), prompt.length);
    assertThat(some.size()).isEqualTo(1);
    assertThat(some.leftOut()).isEqualTo(1);
    assertThatThrownBy(() -> Instructions.of(gpt2, List.of(one), prompt.length))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("None of 1 instructions");
  }

  @Test
  void instructionsAreReadInEveryForm() throws IOException {
    Path file = TestFiles.write(
        folder,
        "all.jsonl",
        """
        {"instruction": "Add {input}.", "input": "1 + 1", "output": "2", "more": 1}
        {"instruction": "Say hello.", "input": "", "output": "Hello."}
        {"instruction": "Name one.", "instances": [{"input": "a", "output": "b"}, {"output": "c"}]}
        {"prompt": "once upon", "response": " a time"}
        {"prompt": "upon", "completion": " time"}
        """);
    List<Instruction> all = Instruction.read(file, PromptTemplate.ALPACA);
    assertThat(all).hasSize(6);
    assertThat(all.get(0).prompt())
        .endsWith("### Instruction:\nAdd {input}.\n\n### Input:\n1 + 1\n\n### Response:\n");
    assertThat(all.get(1).prompt()).endsWith("### Instruction:\nSay hello.\n\n### Response:\n");
    assertThat(all.get(2).response()).isEqualTo("b");
    assertThat(all.get(3).prompt()).doesNotContain("Input");
    assertThat(all.get(4)).isEqualTo(new Instruction("once upon", " a time"));
    assertThat(all.get(5)).isEqualTo(new Instruction("upon", " time"));
    badInstruction("{", "is not JSON");
    badInstruction("[]", "is not a JSON object");
    badInstruction("{\"instruction\": \"a\"}", "has no 'output'");
    badInstruction("{\"instruction\": 1, \"output\": \"b\"}", "'instruction' is no text");
    badInstruction("{\"instruction\": \" \", \"output\": \"b\"}", "the instruction is empty");
    badInstruction("{\"instruction\": \"a\", \"instances\": []}", "a list of one or more");
    badInstruction("{\"prompt\": \"a\"}", "has no 'completion'");
  }

  private void badInstruction(String line, String message) throws IOException {
    Path file = TestFiles.write(
        folder, "bad.jsonl", "{\"prompt\": \"a\", \"response\": \"b\"}\n" + line + "\n");
    TestFiles.assertRefused(
        () -> Instruction.read(file, PromptTemplate.ALPACA), "bad.jsonl:2", message);
  }

  @Test
  void publishedInstructionsAreRead() {
    Path seeds = TestFiles.shared("instructions/self-instruct-seed-tasks-175.jsonl.gz");
    assertThat(Instruction.read(seeds, PromptTemplate.ALPACA)).hasSizeGreaterThanOrEqualTo(175);
    Path alpaca = TestFiles.shared("instructions/alpaca-1750.jsonl.gz");
    List<Instruction> all = Instruction.read(alpaca, PromptTemplate.ALPACA);
    assertThat(all).hasSize(1750);
    Instructions data = Instructions.of(gpt2, all, 4096);
    assertThat(data.size() + data.leftOut()).isEqualTo(1750);
  }

  @Test
  void theFirstPieceOfAWordHasItsTag() throws IOException {
    Path file = TestFiles.write(
        folder,
        "ner.conll",
        "-DOCSTART- -X- -X- O\n\nThe DT B-NP O\nretort NN I-NP B-X\n\n\u200b . . O\ndrop x O\n");
    List<TaggedText> texts = TaggedText.read(file);
    assertThat(texts).hasSize(2);
    ImmutableList<String> tags = TaggedText.tags(texts);
    assertThat(tags).containsExactly("B-X", "O");
    TokenLabels data = TokenLabels.of(roberta, texts, tags, 50);
    LabeledRows rows = rows(data, 0);
    int[] ids = data.get(0).ids();
    assertThat(ids).isEqualTo(roberta.encode(" The retort", 50, 0).ids());
    int pieces = roberta.ids(" The").length;
    assertThat(rows.positions()).containsExactly(1, 1 + pieces);
    assertThat(rows.labels()).containsExactly(1, 0);
    assertThat(data.tokenLabel(0, 0)).isEqualTo(LabeledTokens.IGNORED);
    TokenLabels cut = TokenLabels.of(roberta, texts, tags, 2 + pieces);
    assertThat(rows(cut, 0).labels()).containsExactly(1);
    assertThat(cut.get(0).ids()).hasSize(2 + pieces).endsWith(2);
    assertThatThrownBy(() -> TokenLabels.of(roberta, texts, ImmutableList.of("O"), 50))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("The tag 'B-X' in 'The retort'");
    Tokenizer bert = WordPieceTokenizer.read(TestFiles.AUTHORS.resolve("vocab.txt"), true);
    TokenLabels lost = TokenLabels.of(bert, texts, tags, 50);
    assertThat(rows(lost, 1).labels()).as("a word without a piece").containsExactly(1);
  }

  @Test
  void taggedTextsAreReadFromJsonAndBrokenLinesAreNamed() throws IOException {
    Path file = TestFiles.write(
        folder, "a.jsonl", "{\"tokens\": [\"a\", \"b\"], \"tags\": [\"O\", \"X\"]}\n");
    assertThat(TaggedText.read(file))
        .containsExactly(new TaggedText(ImmutableList.of("a", "b"), ImmutableList.of("O", "X")));
    Path odd = TestFiles.write(folder, "b.jsonl", "{\"words\": [\"a\"], \"tags\": []}\n");
    TestFiles.assertRefused(() -> TaggedText.read(odd), "b.jsonl:1", "1 words and 0 tags");
    Path none = TestFiles.write(folder, "c.jsonl", "{\"words\": [\"a\"], \"tags\": [1]}\n");
    TestFiles.assertRefused(() -> TaggedText.read(none), "c.jsonl:1", "a list of texts 'tags'");
    Path column = TestFiles.write(folder, "d.txt", "a O\nb\n");
    TestFiles.assertRefused(() -> TaggedText.read(column), "d.txt:2", "a word and its tag");
  }

  private static LabeledRows rows(Dataset<Example> data, int... indices) {
    return (LabeledRows) data.prepare(indices, null);
  }
}
