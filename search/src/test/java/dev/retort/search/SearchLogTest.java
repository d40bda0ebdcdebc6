package dev.retort.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Accounting;
import dev.retort.space.Budget;
import dev.retort.space.RandomStreams;
import dev.retort.space.SubSpace;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchLogTest {
  private static final String IDENTITY = "sha256:0123";

  private Path file;

  @BeforeEach
  void name(@TempDir Path folder) {
    file = folder.resolve("search/log.jsonl");
  }

  private static List<Scored> some(int n) {
    SubSpace subSpace = Spaces.small().subSpaces().get(0);
    Admission admission = new Admission(Spaces.INPUT, Accounting.EXACT, Budget.UNLIMITED);
    RandomGenerator random = new RandomStreams(5).at("test", 0);
    List<Scored> some = new ArrayList<>();
    subSpace.space().all().limit(n).forEach(each -> {
      Candidate candidate = admission.candidate(subSpace, each);
      double score = Double.longBitsToDouble(random.nextLong());
      some.add(
          some.size() % 7 == 3
              ? Scored.failed(candidate, "java.lang.IllegalStateException: \"no\"\nway \u00e9")
              : Scored.of(candidate, ImmutableMap.of("loss", score, "term", random.nextDouble())));
    });
    return some;
  }

  private void write(List<Scored> results) {
    try (SearchLog log = SearchLog.open(file, IDENTITY)) {
      results.forEach(log::append);
    }
  }

  private static void refused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.kind()).isEqualTo(UserException.Kind.INPUT))
        .hasMessageContainingAll(parts);
  }

  @Test
  void whatWasAppendedIsReadBackBitForBit() {
    List<Scored> results = some(30);
    write(results);
    assertThat(SearchLog.read(file)).isEqualTo(results);
    assertThat(SearchLog.identity(file)).contains(IDENTITY);
    try (SearchLog log = SearchLog.open(file, IDENTITY)) {
      assertThat(log.scored().values()).containsExactlyElementsOf(results);
      assertThat(log.notice()).isEmpty();
    }
  }

  @Test
  void scoresThatAreNotFiniteAreReadBack() {
    Candidate candidate = some(1).get(0).candidate();
    Scored result = Scored.of(
        candidate,
        ImmutableMap.of(
            "a", Double.NaN, "b", Double.POSITIVE_INFINITY, "c", Double.NEGATIVE_INFINITY));
    assertThat(result.status()).isEqualTo(Scored.Status.NON_FINITE);
    write(List.of(result, Scored.of(some(2).get(1).candidate(), ImmutableMap.of("d", -0.0))));
    assertThat(SearchLog.read(file).get(0)).isEqualTo(result);
    assertThat(SearchLog.read(file).get(1).scores().get("d")).isEqualTo(-0.0);
  }

  @Test
  void theFormatIsAsDocumented() throws IOException {
    write(some(1));
    List<String> lines = Files.readAllLines(file);
    // Length and checksum by a bitwise CRC32C in Python.
    assertThat(lines.get(0))
        .isEqualTo("{\"length\":67,\"crc32c\":\"9861e80b\",\"record\":"
            + "{\"format\":\"retort-search-log\",\"version\":1,\"identity\":\"sha256:0123\"}}");
    assertThat(lines.get(1))
        .contains("\"record\":{\"index\":0,\"subSpace\":\"tiny\",\"architecture\":\"bert:layers=2,")
        .contains("\"cost\":{\"parameters\":");
  }

  @Test
  void aTailTornAtAnyByteIsCutAndSaid() throws IOException {
    List<Scored> results = some(2);
    write(results);
    byte[] whole = Files.readAllBytes(file);
    int records = -1;
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      boolean end = length > 0 && whole[length - 1] == '\n';
      records += end ? 1 : 0;
      int expected = Math.max(records, 0);
      assertThat(SearchLog.read(file)).hasSize(expected);
      try (SearchLog log = SearchLog.open(file, IDENTITY)) {
        assertThat(log.scored().values()).containsExactlyElementsOf(results.subList(0, expected));
        assertThat(log.notice().isPresent()).as("cut at %d", length).isEqualTo(!end && length > 0);
        results.subList(expected, results.size()).forEach(log::append);
      }
      assertThat(Files.readAllBytes(file)).as("cut at %d", length).isEqualTo(whole);
    }
  }

  @Test
  void aLastLineWhoseBlocksWereLostIsCut() throws IOException {
    write(some(3));
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, bytes.length - 60, bytes.length - 1, (byte) 0);
    Files.write(file, bytes);
    try (SearchLog log = SearchLog.open(file, IDENTITY)) {
      assertThat(log.scored()).hasSize(2);
      assertThat(log.notice()).get().asString().contains("cut a torn record");
    }
  }

  @Test
  void aChangedByteIsRefusedByItsLine() throws IOException {
    List<Scored> results = some(2);
    write(results);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length - 1; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(file, changed);
      assertThatThrownBy(() -> SearchLog.read(file))
          .as("byte %d", at)
          .isInstanceOf(UserException.class)
          .hasMessageContaining(", line ");
    }
    // Without the last line feed the last line is a torn one.
    whole[whole.length - 1] ^= 1;
    Files.write(file, whole);
    assertThat(SearchLog.read(file)).isEqualTo(results.subList(0, 1));
  }

  @Test
  void aDamagedMiddleLineIsRefusedAndTheFileLeftAlone() throws IOException {
    write(some(4));
    byte[] damaged = Files.readString(file)
        .replaceFirst("\"index\":1", "\"index\":7")
        .getBytes(StandardCharsets.UTF_8);
    Files.write(file, damaged);
    refused(
        () -> SearchLog.open(file, IDENTITY), "log.jsonl, line 3: ", "CRC32C", "delete this line");
    assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
  }

  @Test
  void linesThatAreWholeButWrongAreRefused() throws IOException {
    String header =
        "{\"format\":\"retort-search-log\",\"version\":1,\"identity\":\"" + IDENTITY + "\"}";
    String good = ScoredJson.MAPPER
        .createObjectNode()
        .put("index", 0)
        .setAll(ScoredJson.write(some(1).get(0)))
        .toString();
    List<List<String>> wrong = List.of(
        List.of("line 3: ", "index", header, good, good),
        List.of("line 3: ", "twice", header, good, good.replace("\"index\":0", "\"index\":1")),
        List.of("line 2: ", "no family", header, good.replace("bert:", "tree:")),
        List.of("line 2: ", "unknown status", header, good.replace("\"OK\"", "\"FINE\"")),
        List.of("line 2: ", "no field cost", header, good.replace("\"cost\"", "\"price\"")),
        List.of("line 2: ", "Duplicate", header, good.replace("\"cost\"", "\"index\"")),
        List.of("line 2: ", "record is damaged", header, "not json"),
        List.of("version 2", "newer", header.replace("\"version\":1", "\"version\":2")),
        List.of("line 1: ", "not the first line of a search log", good),
        List.of("line 1: ", "is no text", header.replace("\"" + IDENTITY + "\"", "5")));
    for (List<String> each : wrong) {
      Files.createDirectories(file.getParent());
      Files.write(file, new byte[0]);
      for (String record : each.subList(2, each.size())) {
        Files.write(
            file,
            LogLine.encode(record.getBytes(StandardCharsets.UTF_8)),
            StandardOpenOption.APPEND);
      }
      assertThatThrownBy(() -> SearchLog.open(file, IDENTITY))
          .isInstanceOf(UserException.class)
          .hasMessageContaining(each.get(0))
          .satisfies(e -> assertThat(e.getMessage()).containsIgnoringCase(each.get(1)));
    }
  }

  @Test
  void aStrangersFileIsRefusedAndLeftAlone() throws IOException {
    Files.createDirectories(file.getParent());
    for (String content : List.of("shopping list", "shopping list\n", "{\"length\":9}\n", "{}")) {
      Files.writeString(file, content);
      refused(() -> SearchLog.open(file, IDENTITY), "log.jsonl");
      assertThat(Files.readString(file)).isEqualTo(content);
    }
  }

  @Test
  void theLogOfAnotherSearchIsRefused() {
    write(some(2));
    refused(
        () -> SearchLog.open(file, "sha256:4567"),
        "the log of another search",
        "(sha256:0123)",
        "(sha256:4567)");
  }

  @Test
  void aLogInUseIsRefused() {
    try (SearchLog log = SearchLog.open(file, IDENTITY)) {
      assertThat(log.scored()).isEmpty();
      refused(() -> SearchLog.open(file, IDENTITY), "in use");
    }
    write(some(1));
  }

  @Test
  void aMissingLogCannotBeRead() {
    refused(() -> SearchLog.read(file), "no search log");
  }

  @Test
  void aCandidateIsAppendedOnce() {
    try (SearchLog log = SearchLog.inMemory()) {
      log.append(some(1).get(0));
      assertThatThrownBy(() -> log.append(some(1).get(0)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aSearchResumedFromACutLogEndsWithTheSameBytes() throws Exception {
    SearchOptions options = SearchOptions.builder()
        .exhaustiveLimit(0)
        .population(8)
        .generations(5)
        .objectives(ImmutableList.of("distillation-loss", "flops"))
        .workers(3)
        .build();
    AtomicInteger calls = new AtomicInteger();
    Evaluator evaluator = candidate -> {
      calls.incrementAndGet();
      return Spaces.loss(candidate);
    };
    SearchResult result = search(options, evaluator);
    int evaluated = result.evaluated().size();
    assertThat(calls).hasValue(evaluated);
    byte[] whole = Files.readAllBytes(file);
    // Every byte of the last two lines, and a step through the rest.
    for (int length = 0; length < whole.length; length += length < whole.length - 700 ? 1997 : 31) {
      byte[] cut = Arrays.copyOf(whole, length);
      Files.write(file, cut);
      int kept = SearchLog.read(file).size();
      calls.set(0);
      assertThat(search(options, evaluator)).isEqualTo(result);
      assertThat(calls).hasValue(evaluated - kept);
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
    assertThat(SearchResult.of(SearchLog.read(file), options.objectives())).isEqualTo(result);
  }

  @Test
  void aSearchInterruptedAnywhereIsResumedToTheSameBytes() throws Exception {
    SearchOptions options = SearchOptions.builder()
        .exhaustiveLimit(0)
        .population(8)
        .generations(3)
        .workers(2)
        .build();
    SearchResult result = search(options, Spaces::loss);
    byte[] whole = Files.readAllBytes(file);
    Files.delete(file);
    Thread searching = Thread.currentThread();
    AtomicInteger calls = new AtomicInteger();
    int interrupts = 0;
    SearchResult resumed = null;
    while (resumed == null) {
      try {
        resumed = search(options, candidate -> {
          if (calls.incrementAndGet() % 5 == 0) {
            searching.interrupt();
          }
          return Spaces.loss(candidate);
        });
      } catch (InterruptedException e) {
        interrupts++;
      }
    }
    // The last interrupt may have come when there was nothing left to wait for.
    assertThat(Thread.interrupted() || interrupts > 0).isTrue();
    assertThat(resumed).isEqualTo(result);
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  private SearchResult search(SearchOptions options, Evaluator evaluator) throws Exception {
    try (SearchLog log = SearchLog.open(file, IDENTITY)) {
      return Spaces.run(Spaces.small(), Spaces.flops("1G"), evaluator, options, log);
    }
  }

  @Test
  void theLogHasTheSameBytesForAnyNumberOfWorkers() throws Exception {
    SearchOptions.Builder options =
        SearchOptions.builder().exhaustiveLimit(0).population(8).generations(4);
    search(options.build(), Spaces::loss);
    byte[] one = Files.readAllBytes(file);
    for (int workers : new int[] {2, 8}) {
      Files.delete(file);
      search(options.workers(workers).build(), Spaces::loss);
      assertThat(Files.readAllBytes(file)).isEqualTo(one);
    }
  }
}
