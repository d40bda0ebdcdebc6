import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the quickstart's data, "who wrote this sentence?", from thirteen public-domain books.
 *
 * <pre>
 * java examples/authors/MakeAuthors.java BOOKS.txt.gz VOCAB.txt OUT_FOLDER
 * </pre>
 *
 * <p>BOOKS holds a paragraph a line; lines {@code = Title: … =} and {@code = Author: … =} begin a
 * book, other lines between equals signs are headings. VOCAB is bert-base-uncased's vocabulary.
 * Needs nothing but a JDK from 17; the same input gives the same text on every machine: nothing is
 * drawn at random, "chosen" below always means "has the lowest SHA-256".
 *
 * <ol>
 *   <li>Each book is cut by paragraph, so that no paragraph is in two parts: the first 75 % train,
 *       1 % left out, 7 % dev, 2 % left out, the last 15 % test.
 *   <li>Paragraphs are cut into sentences at . ! ? before a capital, not after abbreviations. Those
 *       of 8 to 48 words are kept; a sentence that comes twice, in whatever parts, is kept once,
 *       and not at all if two authors have it.
 *   <li>Of each author at most 3,000 sentences for train, 100 for dev and 150 for test are chosen.
 *   <li>The vocabulary is cut to the 8,000 pieces most used in train.
 * </ol>
 */
public final class MakeAuthors {
  private static final int LEAST_WORDS = 8;
  private static final int MOST_WORDS = 48;
  private static final int VOCABULARY = 8_000;
  private static final int LEAST_USES = 3;

  /** The parts: where each begins and ends in a book, in percent, and its most sentences. */
  private enum Part {
    TRAIN(0, 75, 3_000),
    DEV(76, 83, 100),
    TEST(85, 100, 150);

    final int from;
    final int to;
    final int most;

    Part(int from, int to, int most) {
      this.from = from;
      this.to = to;
      this.most = most;
    }

    String fileName() {
      return name().toLowerCase(Locale.ROOT) + ".tsv.gz";
    }
  }

  /** One book. */
  private record Book(String title, String author, List<String> paragraphs) {}

  /** One sentence; the position keeps the order of the books. */
  private record Sentence(int position, String author, Part part, String text) {}

  /** What follows is part of a name or figure and begins no sentence. */
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          ("Mr Mrs Ms Messrs Mme Mlle Dr St Hon Rev Prof Geo Wm Chas Jas Jos Thos Benj Gen Genl Col"
                  + " Capt Lieut Lt Maj Brig Sergt Gov Sen Esq Jr Sr Co Vol Lew Asst Adjt Mt Ft"
                  + " viz vs cf pp chap tom")
              .split(" "));

  private static final Pattern CUT =
      Pattern.compile("[.!?]+['\")\\]]*\\s+(?=['\"(\\[]*\\p{Lu})");
  private static final Pattern WHOLE =
      Pattern.compile("['\"(\\[]*\\p{Lu}.*[.!?]['\")\\]]*", Pattern.DOTALL);

  private MakeAuthors() {}

  /** Runs the program. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("usage: java MakeAuthors.java BOOKS.txt.gz VOCAB.txt OUT_FOLDER");
      System.exit(2);
    }
    Path out = Files.createDirectories(Path.of(arguments[2]));
    List<Book> books = books(Path.of(arguments[0]));
    Map<String, String> labels = labels(books);
    List<Sentence> sentences = choose(unique(sentences(books)));
    Map<String, String> sums = new LinkedHashMap<>();
    write(out, "labels.txt", String.join("\n", labels.values()) + "\n", sums);
    for (Part part : Part.values()) {
      StringBuilder lines = new StringBuilder();
      for (Sentence each : sentences) {
        if (each.part() == part) {
          lines.append(labels.get(each.author())).append('\t').append(each.text()).append('\n');
        }
      }
      write(out, part.fileName(), lines.toString(), sums);
    }
    WordPiece full = new WordPiece(Files.readAllLines(Path.of(arguments[1])));
    List<String> train =
        sentences.stream().filter(s -> s.part() == Part.TRAIN).map(Sentence::text).toList();
    WordPiece cut = new WordPiece(cutVocabulary(full, train));
    write(out, "vocab.txt", String.join("\n", cut.pieces) + "\n", sums);
    Files.writeString(out.resolve("README.md"), Readme.text(books, labels, sentences, cut, sums));
  }

  // Books and sentences

  private static List<Book> books(Path file) throws IOException {
    List<Book> books = new ArrayList<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      String title = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("= Title: ")) {
          title = line.substring(9, line.length() - 2);
        } else if (line.startsWith("= Author: ")) {
          books.add(new Book(title, line.substring(10, line.length() - 2), new ArrayList<>()));
        } else if (!line.isBlank() && !line.startsWith("= ")) {
          books.get(books.size() - 1).paragraphs().add(clean(line));
        }
      }
    }
    return books;
  }

  /** Takes off what is left of markup; it would give its author away. */
  private static String clean(String paragraph) {
    return paragraph
        .replace("&amp;", "&")
        .replaceAll("\\{[^}]*\\}", " ")
        .replaceAll("[\\\\>]", "")
        .replaceAll("_(\\S[^_]*?)(\\s*)_", "$1$2")
        .replace('`', '\'')
        .replaceAll("\\s+", " ")
        .strip();
  }

  /** The label of each author: the last word of the name, in small letters. */
  private static Map<String, String> labels(List<Book> books) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (Book book : books) {
      String name = book.author();
      labels.put(name, name.substring(name.lastIndexOf(' ') + 1).toLowerCase(Locale.ROOT));
    }
    return labels;
  }

  private static List<Sentence> sentences(List<Book> books) {
    List<Sentence> all = new ArrayList<>();
    for (Book book : books) {
      int count = book.paragraphs().size();
      for (Part part : Part.values()) {
        for (int i = count * part.from / 100; i < count * part.to / 100; i++) {
          for (String text : split(book.paragraphs().get(i))) {
            all.add(new Sentence(all.size(), book.author(), part, text));
          }
        }
      }
    }
    return all;
  }

  private static List<String> split(String paragraph) {
    List<String> kept = new ArrayList<>();
    Matcher matcher = CUT.matcher(paragraph);
    int start = 0;
    while (matcher.find()) {
      if (!abbreviates(paragraph, matcher.start())) {
        keep(paragraph.substring(start, matcher.end()).strip(), kept);
        start = matcher.end();
      }
    }
    keep(paragraph.substring(start).strip(), kept);
    return kept;
  }

  /** Whether the full stop at a position belongs to an abbreviation or a single initial. */
  private static boolean abbreviates(String text, int stop) {
    if (text.charAt(stop) != '.') {
      return false;
    }
    int start = stop;
    while (start > 0 && Character.isLetter(text.charAt(start - 1))) {
      start--;
    }
    String word = text.substring(start, stop);
    boolean initial = word.length() == 1 && Character.isUpperCase(word.charAt(0));
    return ABBREVIATIONS.contains(word) || (initial && !word.equals("I"));
  }

  private static void keep(String sentence, List<String> kept) {
    int words = sentence.split(" ").length;
    if (words >= LEAST_WORDS
        && words <= MOST_WORDS
        && WHOLE.matcher(sentence).matches()
        && sentence.chars().noneMatch(each -> "*{}=_|".indexOf(each) >= 0)) {
      kept.add(sentence);
    }
  }

  /** Sentences without those that were there before, whatever their case and punctuation. */
  private static List<Sentence> unique(List<Sentence> sentences) {
    Map<String, Sentence> first = new LinkedHashMap<>();
    Set<String> shared = new LinkedHashSet<>();
    for (Sentence each : sentences) {
      String key = each.text().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
      Sentence before = first.putIfAbsent(key, each);
      if (before != null && !before.author().equals(each.author())) {
        shared.add(key);
      }
    }
    first.keySet().removeAll(shared);
    return List.copyOf(first.values());
  }

  /** Of each author and part the allowed number with the lowest SHA-256, in the books' order. */
  private static List<Sentence> choose(List<Sentence> sentences) {
    Map<String, List<Sentence>> groups = new LinkedHashMap<>();
    for (Sentence each : sentences) {
      groups.computeIfAbsent(each.author() + each.part(), k -> new ArrayList<>()).add(each);
    }
    List<Sentence> chosen = new ArrayList<>();
    for (List<Sentence> group : groups.values()) {
      Map<String, Sentence> byHash = new TreeMap<>();
      group.forEach(each -> byHash.put(sha256(each.text().getBytes(StandardCharsets.UTF_8)), each));
      byHash.values().stream().limit(group.get(0).part().most).forEach(chosen::add);
    }
    chosen.sort(Comparator.comparingInt(Sentence::position));
    return chosen;
  }

  // Vocabulary

  /**
   * The special pieces, the letters and digits that the full vocabulary has (so that every plain
   * word can be written), and the most used pieces, most used first.
   */
  private static List<String> cutVocabulary(WordPiece full, List<String> texts) {
    Map<String, Integer> uses = new HashMap<>();
    for (String text : texts) {
      full.tokens(text).forEach(piece -> uses.merge(piece, 1, Integer::sum));
    }
    Set<String> kept = new LinkedHashSet<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (char each : "abcdefghijklmnopqrstuvwxyz0123456789".toCharArray()) {
      kept.add(String.valueOf(each));
      kept.add("##" + each);
    }
    uses.entrySet().stream()
        .filter(each -> each.getValue() >= LEAST_USES)
        .sorted(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .takeWhile(piece -> kept.size() < VOCABULARY)
        .forEach(kept::add);
    return List.copyOf(kept);
  }

  /** The tokenizer of BERT "uncased" (Devlin et al., NAACL 2019), as far as these books need it. */
  private static final class WordPiece {
    private static final int LONGEST_WORD = 100;

    private final List<String> pieces;
    private final Set<String> known;

    WordPiece(List<String> pieces) {
      this.pieces = pieces;
      this.known = Set.copyOf(pieces);
    }

    List<String> tokens(String text) {
      List<String> tokens = new ArrayList<>();
      for (String word : words(text)) {
        tokens.addAll(pieces(word));
      }
      return tokens;
    }

    /** Lower-cases, takes accents off, and cuts at blanks and around each punctuation mark. */
    private static List<String> words(String text) {
      String plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
      StringBuilder spaced = new StringBuilder();
      plain
          .codePoints()
          .filter(each -> Character.getType(each) != Character.NON_SPACING_MARK)
          .forEach(
              each -> {
                if (punctuation(each)) {
                  spaced.append(' ').appendCodePoint(each).append(' ');
                } else {
                  spaced.appendCodePoint(each);
                }
              });
      return List.of(spaced.toString().strip().split("\\s+"));
    }

    private static boolean punctuation(int each) {
      boolean ascii = each > 32 && each < 127 && !Character.isLetterOrDigit(each);
      return ascii || Pattern.matches("\\p{P}", Character.toString(each));
    }

    /** The longest known piece first, again and again; a word that cannot be cut is unknown. */
    private List<String> pieces(String word) {
      List<String> found = new ArrayList<>();
      for (int from = 0; from < word.length(); ) {
        String prefix = from == 0 ? "" : "##";
        int to = word.length();
        while (to > from && !known.contains(prefix + word.substring(from, to))) {
          to--;
        }
        if (to == from || word.length() > LONGEST_WORD) {
          return List.of("[UNK]");
        }
        found.add(prefix + word.substring(from, to));
        from = to;
      }
      return found;
    }
  }

  // Files

  /** Writes a file, packed if its name says so, and notes the sum of what it holds unpacked. */
  private static void write(Path folder, String name, String text, Map<String, String> sums)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sums.put(name, sha256(bytes));
    Files.write(folder.resolve(name), name.endsWith(".gz") ? gzip(bytes) : bytes);
  }

  /** Gzip at level 9; Java writes no time into its header. */
  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out =
        new GZIPOutputStream(packed) {
          {
            def.setLevel(9);
          }
        }) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The page that goes with the files. */
  private static final class Readme {
    private Readme() {}

    static String text(
        List<Book> books,
        Map<String, String> labels,
        List<Sentence> sentences,
        WordPiece vocabulary,
        Map<String, String> sums) {
      StringBuilder page = new StringBuilder();
      String head =
          """
          # Who wrote this sentence?

          The quickstart's data: sentences of %d public-domain books, to be told apart by their %d
          authors. Written by `MakeAuthors.java` in this folder, this page too: do not edit.

          - `train.tsv.gz`, `dev.tsv.gz`, `test.tsv.gz`: a sentence a line, `label<TAB>sentence`,
            UTF-8, no header, no quoting, in the order of the books.
          - `labels.txt`: the labels in the order of the logits. `vocab.txt`: %,d WordPiece pieces.

          | label | author | books | train | dev | test |
          |---|---|---|---|---|---|
          """;
      page.append(
          String.format(
              Locale.ROOT, head, books.size(), labels.size(), vocabulary.pieces.size()));
      labels.forEach(
          (author, label) -> {
            List<String> titles =
                books.stream().filter(b -> b.author().equals(author)).map(Book::title).toList();
            page.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %s | %s |%s%n",
                    label,
                    author,
                    String.join("; ", titles),
                    counts(sentences.stream().filter(s -> s.author().equals(author)).toList())));
          });
      page.append("| all | | |").append(counts(sentences)).append('\n');
      page.append(
          """

          ## How it was made

              java examples/authors/MakeAuthors.java public-domain-books.txt.gz vocab.txt OUT_FOLDER

          with the books of github.com/mlschmitt/classic-books-markdown (commit 9448827), a
          paragraph a line, and the vocabulary of bert-base-uncased. The program's first comment
          has every rule. Each book is cut by paragraph: the first 75 % train, 1 % left out, 7 %
          dev, 2 % left out, the last 15 % test. Settings are chosen on dev; test sentences are for
          the last table only. Sentences have 8 to 48 words; those that come twice are kept once,
          across all parts.

          """);
      page.append("Pieces with this vocabulary:\n\n| part | mean | unknown |\n|---|---|---|\n");
      for (Part part : Part.values()) {
        List<String> pieces =
            sentences.stream()
                .filter(s -> s.part() == part)
                .flatMap(s -> vocabulary.tokens(s.text()).stream())
                .toList();
        double count = sentences.stream().filter(s -> s.part() == part).count();
        double unknown = pieces.stream().filter("[UNK]"::equals).count();
        page.append(
            String.format(
                Locale.ROOT,
                "| %s | %.1f | %.3f %% |%n",
                part.name().toLowerCase(Locale.ROOT),
                pieces.size() / count,
                100 * unknown / pieces.size()));
      }
      page.append(
          """

          ## What it can and cannot show

          Many cues are topics, names and the habits of one edition (Holmes, Nemo, single or double
          quotation marks), not style. Each author but one has a single book, so this is as much
          "which book" as "who wrote it".

          ## Licence

          The books are in the public domain. `vocab.txt` is a part of the vocabulary of
          bert-base-uncased, Apache-2.0, Google LLC.

          ## SHA-256

          Of the unpacked text (`gzip -dc FILE | sha256sum`), as packing differs between machines.

          ```
          """);
      sums.forEach((name, sum) -> page.append(sum).append("  ").append(name).append('\n'));
      return page.append("```\n").toString().replace(System.lineSeparator(), "\n");
    }

    private static String counts(List<Sentence> sentences) {
      StringBuilder cells = new StringBuilder();
      for (Part part : Part.values()) {
        long count = sentences.stream().filter(each -> each.part() == part).count();
        cells.append(String.format(Locale.ROOT, " %,d |", count));
      }
      return cells.toString();
    }
  }
}
