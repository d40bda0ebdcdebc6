package dev.retort.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the tokenizer of a folder. */
final class TokenizerFolder {
  private TokenizerFolder() {}

  static Tokenizer read(Path folder) {
    TokenizerNames names = names(folder);
    Path whole = folder.resolve(TokenizerFiles.TOKENIZER);
    JsonNode tokenizer = TokenizerFiles.json(whole);
    if (tokenizer != null) {
      return JsonTokenizer.of(whole, (ObjectNode) tokenizer, names);
    }
    if (Files.exists(folder.resolve(TokenizerFiles.VOCAB))) {
      return WordPieceTokenizer.open(folder);
    }
    Path vocabulary = first(folder, "vocab.json", "encoder.json");
    Path merges = first(folder, "merges.txt", "vocab.bpe");
    if (vocabulary != null && merges != null) {
      return JsonTokenizer.of(
          vocabulary, ByteLevelVocabulary.read(vocabulary, merges, names), names);
    }
    Path scores = scores(folder);
    if (scores != null) {
      return JsonTokenizer.of(scores, ScoredPieces.read(scores).tokenizer(), names);
    }
    throw TextLines.wrong(folder, missing(folder, vocabulary, merges));
  }

  /** Whether there are files to read one from. */
  static boolean holdsTokenizer(Path folder) {
    return first(folder, TokenizerFiles.TOKENIZER, TokenizerFiles.VOCAB) != null
        || (first(folder, "vocab.json", "encoder.json") != null
            && first(folder, "merges.txt", "vocab.bpe") != null)
        || (Files.isDirectory(folder) && scores(folder) != null);
  }

  private static String missing(Path folder, @Nullable Path vocabulary, @Nullable Path merges) {
    if (vocabulary != null) {
      return "has " + vocabulary.getFileName() + " without merges.txt. Put both beside the model.";
    }
    if (merges != null) {
      return "has " + merges.getFileName() + " without vocab.json. Put both beside the model.";
    }
    if (first(folder, "tokenizer.model", "spiece.model", "sentencepiece.bpe.model") != null) {
      return "has a SentencePiece model, which is not read here, and no tokenizer.json. Write one"
          + " with Python: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)";
    }
    return "has no tokenizer: neither tokenizer.json, nor vocab.txt, nor vocab.json and merges.txt,"
        + " nor tokens.jsonl. Put the tokenizer's files beside the model.";
  }

  private static TokenizerNames names(Path folder) {
    JsonNode model = TokenizerFiles.json(folder.resolve("config.json"));
    return new TokenizerNames(
        object(folder.resolve(TokenizerFiles.CONFIG)),
        object(folder.resolve(TokenizerFiles.SPECIAL_MAP)),
        model == null ? "" : model.path("model_type").asText(""));
  }

  private static ObjectNode object(Path file) {
    JsonNode node = TokenizerFiles.json(file);
    return node == null ? TokenizerFiles.JSON.createObjectNode() : (ObjectNode) node;
  }

  private static @Nullable Path first(Path folder, String... names) {
    for (String name : names) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    return null;
  }

  /** {@code tokens.jsonl}, or the one {@code tok*.bin}. */
  private static @Nullable Path scores(Path folder) {
    Path lines = first(folder, "tokens.jsonl", "tokenizer.bin");
    if (lines != null || !Files.isDirectory(folder)) {
      return lines;
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "tok*.bin")) {
      files.forEach(found::add);
    } catch (IOException e) {
      throw TextLines.wrong(folder, "cannot be listed (" + e.getMessage() + ").");
    }
    Collections.sort(found);
    if (found.size() > 1) {
      throw TextLines.wrong(folder, "has several tokenizers: " + found + ". Leave one there.");
    }
    return found.isEmpty() ? null : found.get(0);
  }
}
