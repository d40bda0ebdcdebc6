package dev.retort.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pieces with scores, as llama2.c keeps a SentencePiece vocabulary (Kudo and Richardson, EMNLP
 * 2018): the two neighbours are joined first whose union has the highest score. Ids 0 to 2 are
 * {@code <unk>}, {@code <s>} and {@code </s>}, ids 3 to 258 the bytes {@code <0x00>} to
 * {@code <0xFF>}, for letters that have no piece.
 *
 * @param pieces the pieces in the order of their ids
 */
record ScoredPieces(ImmutableList<Piece> pieces) {
  private static final ImmutableList<String> SPECIAL = ImmutableList.of("<unk>", "<s>", "</s>");
  private static final int BYTES = 256;
  private static final int LEAST = SPECIAL.size() + BYTES;

  /** The largest file, in bytes. */
  private static final long LARGEST_FILE = 64L << 20;

  /** A piece, SentencePiece's mark standing for a space, and its score. */
  record Piece(String text, double score) {
    static Piece of(String text, double score) {
      return new Piece(text.replace(' ', '\u2581'), score);
    }
  }

  /** Two pieces that are joined. */
  private record Merge(String first, String second, double score) {
    String line() {
      return first + " " + second;
    }
  }

  /**
   * Reads {@code tokens.jsonl}, an object {id, text, score} a line, or llama2.c's binary file.
   *
   * @throws dev.retort.space.UserException if it is broken or not such a vocabulary
   */
  static ScoredPieces read(Path file) {
    List<Piece> pieces = file.toString().endsWith(".bin") ? binary(file) : lines(file);
    if (pieces.size() < LEAST) {
      throw TextLines.wrong(
          file,
          "has " + pieces.size() + " pieces; <unk>, <s>, </s> and 256 bytes alone are " + LEAST
              + ".");
    }
    for (int i = 0; i < SPECIAL.size(); i++) {
      // llama2.c writes "\n<s>\n", which no text should contain.
      String found = pieces.get(i).text().strip();
      if (!found.equals(SPECIAL.get(i))) {
        throw TextLines.wrong(
            file, "id " + i + " is '" + found + "'; " + SPECIAL.get(i) + " is expected.");
      }
      pieces.set(i, new Piece(SPECIAL.get(i), pieces.get(i).score()));
    }
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < pieces.size(); id++) {
      Integer before = ids.putIfAbsent(pieces.get(id).text(), id);
      if (before != null) {
        throw TextLines.wrong(
            file,
            "ids " + before + " and " + id + " are one piece: " + pieces.get(id).text());
      }
    }
    for (int i = 0; i < BYTES; i++) {
      String name = String.format("<0x%02X>", i);
      String found = pieces.get(SPECIAL.size() + i).text();
      if (!found.equals(name)) {
        throw TextLines.wrong(
            file, "id " + (SPECIAL.size() + i) + " is '" + found + "'; " + name + " is expected.");
      }
    }
    return new ScoredPieces(ImmutableList.copyOf(pieces));
  }

  private static List<Piece> lines(Path file) {
    List<Piece> pieces = new ArrayList<>();
    ObjectReader json = TokenizerFiles.JSON.reader();
    TextLines.read(file, (number, line) -> {
      JsonNode piece;
      try {
        piece = json.readTree(line);
      } catch (IOException e) {
        throw TextLines.wrong(file, number, "is not JSON.");
      }
      boolean whole = piece.path("id").isInt()
          && piece.path("text").isTextual()
          && piece.path("score").isNumber();
      if (!whole || piece.path("id").intValue() != pieces.size()) {
        throw TextLines.wrong(
            file,
            number,
            "{\"id\": " + pieces.size()
                + ", \"text\": …, \"score\": …} is expected: ids in order.");
      }
      pieces.add(Piece.of(piece.path("text").asText(), piece.path("score").asDouble()));
    });
    return pieces;
  }

  /** An int32 (the longest piece), then score float32, length int32 and bytes of each piece. */
  private static List<Piece> binary(Path file) {
    List<Piece> pieces = new ArrayList<>();
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw TextLines.wrong(file, "is larger than " + LARGEST_FILE + " bytes.");
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.remaining() < Integer.BYTES) {
        throw TextLines.wrong(file, "is no vocabulary of llama2.c: it ends too early.");
      }
      bytes.getInt();
      while (bytes.hasRemaining()) {
        boolean headed = bytes.remaining() >= 2 * Integer.BYTES;
        float score = headed ? bytes.getFloat() : 0;
        int length = headed ? bytes.getInt() : -1;
        if (length < 0 || length > bytes.remaining() || !Float.isFinite(score)) {
          throw TextLines.wrong(
              file,
              "is no vocabulary of llama2.c: piece " + pieces.size()
                  + " is torn or has no length.");
        }
        ByteBuffer text = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        pieces.add(Piece.of(StandardCharsets.UTF_8.newDecoder().decode(text).toString(), score));
      }
      return pieces;
    } catch (CharacterCodingException e) {
      throw TextLines.wrong(file, "piece " + pieces.size() + " is not UTF-8.");
    } catch (IOException e) {
      throw TextLines.wrong(file, "cannot be read (" + e.getMessage() + ").");
    }
  }

  /**
   * The same as a {@code tokenizer.json}: byte pair encoding, a space before the text, and pieces
   * joined in the order of their scores.
   */
  ObjectNode tokenizer() {
    ObjectNode root = TokenizerFiles.JSON.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; id < SPECIAL.size(); id++) {
      added.add(TokenizerJson.addedToken(id, SPECIAL.get(id)));
    }
    ArrayNode normalizers =
        root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    normalizers.addObject().put("type", "Prepend").put("prepend", "\u2581");
    replace(normalizers.addObject(), " ", "\u2581");
    root.putNull("pre_tokenizer");
    template(root.putObject("post_processor"));
    ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
    replace(decoders.addObject(), "\u2581", " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    decoders
        .addObject()
        .put("type", "Strip")
        .put("content", " ")
        .put("start", 1)
        .put("stop", 0);
    ObjectNode model = root.putObject("model");
    model
        .put("type", "BPE")
        .putNull("dropout")
        .put("unk_token", SPECIAL.get(0))
        .putNull("continuing_subword_prefix")
        .putNull("end_of_word_suffix")
        .put("fuse_unk", true)
        .put("byte_fallback", true);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < pieces.size(); id++) {
      vocabulary.put(pieces.get(id).text(), id);
    }
    ArrayNode joined = model.putArray("merges");
    merges().forEach(merge -> joined.add(merge.line()));
    return root;
  }

  private static void replace(ObjectNode node, String from, String to) {
    node.put("type", "Replace");
    node.putObject("pattern").put("String", from);
    node.put("content", to);
  }

  private static void template(ObjectNode processor) {
    processor.put("type", "TemplateProcessing");
    ArrayNode single = processor.putArray("single");
    ArrayNode pair = processor.putArray("pair");
    begun(single, "A", 0);
    begun(pair, "A", 0);
    begun(pair, "B", 1);
    ObjectNode token = processor.putObject("special_tokens").putObject("<s>").put("id", "<s>");
    token.putArray("ids").add(1);
    token.putArray("tokens").add("<s>");
  }

  private static void begun(ArrayNode template, String text, int type) {
    template.addObject().putObject("SpecialToken").put("id", "<s>").put("type_id", type);
    template.addObject().putObject("Sequence").put("id", text).put("type_id", type);
  }

  /** As transformers' converters: every way to cut a piece in two, in the order of its score. */
  private List<Merge> merges() {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = LEAST; id < pieces.size(); id++) {
      ids.put(pieces.get(id).text(), id);
    }
    List<Merge> merges = new ArrayList<>();
    for (Piece piece : pieces.subList(LEAST, pieces.size())) {
      List<Merge> cuts = new ArrayList<>();
      String text = piece.text();
      for (int at = 1; at < text.length(); at++) {
        Merge cut = new Merge(text.substring(0, at), text.substring(at), piece.score());
        if (ids.containsKey(cut.first()) && ids.containsKey(cut.second())) {
          cuts.add(cut);
        }
      }
      cuts.sort(Comparator.<Merge>comparingInt(cut -> ids.getOrDefault(cut.first(), 0))
          .thenComparingInt(cut -> ids.getOrDefault(cut.second(), 0)));
      merges.addAll(cuts);
    }
    merges.sort(Comparator.comparingDouble(Merge::score)
        .thenComparingInt(merge -> letters(merge.first()))
        .thenComparingInt(merge -> letters(merge.second()))
        .reversed());
    return merges;
  }

  private static int letters(String text) {
    return text.codePointCount(0, text.length());
  }
}
