package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every refusal that the reliability contract lists for a safetensors file, by its letter. */
class SafetensorsRefusalTest {
  private static final String ADVICE =
      ". The file is damaged or no safetensors file: copy or download it again.";

  private final Path folder;

  SafetensorsRefusalTest(@TempDir Path folder) {
    this.folder = folder;
  }

  record Case(String letter, byte[] bytes, String message) {
    @Override
    public String toString() {
      return letter + " " + message;
    }
  }

  private static Case header(String letter, String header, int data, String message) {
    return new Case(letter, SafetensorsBytes.of(header, data), message);
  }

  private static Case tensor(String letter, String tensor, int data, String message) {
    return header(letter, "{\"a\":" + tensor + "}", data, "tensor \"a\" " + message);
  }

  private static String f32(String shape, String offsets) {
    return "{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
  }

  private static String two(String first, String second) {
    return "{\"a\":" + f32("[1]", first) + ",\"b\":" + f32("[1]", second) + "}";
  }

  private static final String OK = f32("[1]", "[0,4]");

  static Stream<Case> cases() {
    byte[] none = new byte[0];
    byte[] brace = "{".getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        new Case("a", none, "has 0 bytes; a safetensors file has at least 8"),
        new Case("a", new byte[7], "has 7 bytes; a safetensors file has at least 8"),
        new Case(
            "b",
            SafetensorsBytes.lying(100_000_001, brace, none),
            "header of 100000001 bytes is longer than 100 MB"),
        new Case(
            "c",
            SafetensorsBytes.lying(3, brace, none),
            "header of 3 bytes is longer than the file, which has 9"),
        new Case(
            "c",
            SafetensorsBytes.lying(Long.MIN_VALUE | 2, brace, none),
            "header length has its top bit set"),
        new Case(
            "d",
            SafetensorsBytes.of(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}, none),
            "header is not UTF-8"),
        new Case(
            "d", // an overlong slash
            SafetensorsBytes.of(new byte[] {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', '}'}, none),
            "header is not UTF-8"),
        header(
            "e",
            "{\"a\"",
            0,
            "header is not JSON: Unexpected end-of-input within/between "
                + "Object entries (line 1, column 5)"),
        header(
            "e",
            "{a:1}",
            0,
            "header is not JSON: Unexpected character ('a' (code 97)): was "
                + "expecting double-quote to start field name (line 1, column 2)"),
        header("e", "{} {}", 0, "text follows the header's closing brace: \"{}\""),
        header("e", "{}\0", 0, "text follows the header's closing brace: \"\\u0000\""),
        tensor("e", "7", 0, "is not described by an object"),
        header("f", "", 0, "header does not begin with '{'"),
        header("f", " {}", 0, "header does not begin with '{'"),
        header("f", "[]", 0, "header does not begin with '{'"),
        header("f", "\uFEFF{}", 0, "header does not begin with '{'"),
        header(
            "g",
            "{\"a\":" + OK + ",\"a\":" + OK + "}",
            4,
            "tensor \"a\" stands twice in the header"),
        header(
            "g",
            "{\"a\":" + OK + ",\"\\u0061\":" + OK + "}",
            4,
            "tensor \"a\" stands twice in the header"),
        header(
            "g",
            "{\"__metadata__\":{},\"__metadata__\":{}}",
            0,
            "tensor \"__metadata__\" stands twice in the header"),
        tensor("g", "{\"dtype\":\"F32\",\"dtyp\\u0065\":\"F32\"}", 0, "has key \"dtype\" twice"),
        header("g", "{\"\\ud800\":" + OK + "}", 4, "name \"\\ud800\" holds half a surrogate pair"),
        tensor("h", OK.replace("F32", "F33"), 4, "has the unknown dtype \"F33\""),
        tensor("h", OK.replace("F32", "f32"), 4, "has the unknown dtype \"f32\""),
        tensor("h", OK.replace("\"F32\"", "32"), 4, "has a dtype that is no text"),
        tensor("h", "{\"shape\":[1],\"data_offsets\":[0,4]}", 4, "has no dtype"),
        tensor("i", f32("[-1]", "[0,4]"), 4, "shape holds the negative number \"-1\""),
        tensor("i", f32("[-0]", "[0,4]"), 4, "shape holds the negative number \"-0\""),
        tensor("i", f32("[1.0]", "[0,4]"), 4, "shape holds the fraction \"1.0\""),
        tensor("i", f32("[1e0]", "[0,4]"), 4, "shape holds the fraction \"1e0\""),
        tensor(
            "i",
            f32("[9223372036854775808]", "[0,4]"),
            4,
            "shape holds the oversized number \"9223372036854775808\""),
        tensor(
            "i",
            f32("[4294967296,4294967296]", "[0,4]"),
            4,
            "has a shape whose product leaves 64 bits, (4294967296, 4294967296)"),
        tensor(
            "i",
            f32("[4611686018427387904]", "[0,4]"),
            4,
            "has a shape whose product leaves 64 bits, (4611686018427387904)"),
        tensor("i", f32("[true]", "[0,4]"), 4, "shape holds \"true\", not a whole number"),
        tensor("i", f32("[[1]]", "[0,4]"), 4, "shape holds \"[\", not a whole number"),
        tensor("i", f32("1", "[0,4]"), 4, "shape is not a list of whole numbers"),
        tensor("i", "{\"dtype\":\"F32\",\"data_offsets\":[0,4]}", 4, "has no shape"),
        tensor(
            "i", OK.replace("F32", "F4"), 4, "of dtype F4 and shape (1) does not fill whole bytes"),
        tensor("j", "{\"dtype\":\"F32\",\"shape\":[1]}", 4, "has no data_offsets"),
        tensor("j", f32("[1]", "[0]"), 4, "has 1 data_offsets, not two"),
        tensor("j", f32("[1]", "[0,4,8]"), 4, "has 3 data_offsets, not two"),
        tensor("j", f32("[1]", "[4,0]"), 4, "has reversed data_offsets, 4 to 0"),
        tensor("j", f32("[1]", "[-4,0]"), 4, "data_offsets holds the negative number \"-4\""),
        tensor("j", f32("[1]", "[0,8]"), 4, "ends at byte 8 of the data, which has 4"),
        tensor(
            "j",
            f32("[1]", "[0,18446744073709551616]"),
            4,
            "data_offsets holds the oversized number \"18446744073709551616\""),
        tensor(
            "k",
            f32("[2]", "[0,4]"),
            4,
            "of dtype F32 and shape (2) needs 8 bytes, its data_offsets span 4"),
        tensor(
            "k",
            f32("[]", "[0,8]"),
            8,
            "of dtype F32 and shape () needs 4 bytes, its data_offsets span 8"),
        tensor(
            "k",
            f32("[0]", "[0,4]"),
            4,
            "of dtype F32 and shape (0) needs 0 bytes, its data_offsets span 4"),
        header("l", two("[0,4]", "[2,6]"), 6, "tensor \"b\" overlaps tensor \"a\""),
        header("l", two("[0,4]", "[0,4]"), 4, "tensor \"b\" overlaps tensor \"a\""),
        header(
            "l",
            two("[0,4]", "[8,12]"),
            12,
            "tensor \"b\" leaves a hole before it: bytes 4 "
                + "to 8 of the data belong to no tensor"),
        tensor("l", f32("[1]", "[4,8]"), 8, "is the first and starts at byte 4 of the data, not 0"),
        header("m", "{\"a\":" + OK + "}", 5, "1 bytes follow the last tensor"),
        header("m", "{}", 3, "3 bytes follow the last tensor"),
        header("n", "{\"__metadata__\":[]}", 0, "__metadata__ is not a map of texts"),
        header(
            "n",
            "{\"__metadata__\":{\"k\":1}}",
            0,
            "__metadata__ is not a map of texts: the value of \"k\" is no text"),
        header(
            "n",
            "{\"__metadata__\":{\"k\":{}}}",
            0,
            "__metadata__ is not a map of texts: the value of \"k\" is no text"),
        header(
            "n",
            "{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}}",
            0,
            "__metadata__ has key \"k\" twice"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachFaultHasItsOwnMessage(Case fault) throws IOException {
    Path file = SafetensorsBytes.write(folder, "bad.safetensors", fault.bytes());
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(UserException.class)
        .hasMessage(file + ": " + fault.message() + ADVICE);
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    String deep = "{\"a\":{\"x\":" + "[".repeat(100_000) + "}}";
    Path file = SafetensorsBytes.write(folder, "deep", SafetensorsBytes.of(deep, 0));
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("header is not JSON")
        .hasMessageContaining("nesting depth");
  }

  @Test
  void missingFilesAndFoldersAreTold() {
    Path file = folder.resolve("none.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .hasMessage(file + ": there is no such file. Check the path.");
    assertThatThrownBy(() -> SafetensorsFile.open(folder))
        .hasMessage(folder + ": is a folder. Give a .safetensors file.");
  }

  @Test
  void whatTheFormatAllowsIsRead() throws IOException {
    String header = "{\"__metadata__\":{\"k\":\"v\"},\"scalar\":"
        + f32("[]", "[4,8]")
        + ",\"empty\":"
        + f32("[0,9223372036854775807]", "[8,8]")
        + ",\"\":"
        + f32("[1,1]", "[0,4]").replace("}", ",\"comment\":[{\"x\":null}]}")
        + "} \n\t\r ";
    Path file = SafetensorsBytes.write(folder, "good", SafetensorsBytes.of(header, 8));
    SafetensorsFile opened = SafetensorsFile.open(file);
    assertThat(opened.entries())
        .extracting(TensorEntry::name)
        .containsExactly("", "scalar", "empty");
    assertThat(opened.metadata()).containsExactly(java.util.Map.entry("k", "v"));
    assertThat(opened.floats("scalar")).containsExactly(0f);
    assertThat(opened.floats("empty")).isEmpty();
  }

  @Test
  void anEmptyHeaderObjectIsAFileWithoutTensors() throws IOException {
    Path file = SafetensorsBytes.write(folder, "none", SafetensorsBytes.of("{}", 0));
    assertThat(SafetensorsFile.open(file).entries()).isEmpty();
  }

  @Test
  void aFileThatShrinksAfterOpeningIsRefused() throws IOException {
    byte[] bytes = SafetensorsBytes.of("{\"a\":" + OK + "}", 4);
    Path file = SafetensorsBytes.write(folder, "a", bytes);
    SafetensorsFile opened = SafetensorsFile.open(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> opened.floats("a"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("changed its length");
  }
}
