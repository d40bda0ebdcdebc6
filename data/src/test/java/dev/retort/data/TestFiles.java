package dev.retort.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.space.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;

/** Files that tests read and write. */
public final class TestFiles {
  private static final Path ROOT = Path.of(System.getProperty("retort.root"));

  /** The quickstart's data, which is part of the project. */
  public static final Path AUTHORS = ROOT.resolve("examples/authors");

  private TestFiles() {}

  /** A file of the shared data; the test is skipped where it is absent. */
  public static Path shared(String path) {
    Path file = ROOT.resolve("../shared/data").resolve(path).normalize();
    Assumptions.assumeTrue(Files.exists(file), () -> "skipped: no " + file);
    return file;
  }

  public static JsonNode resource(String name) throws IOException {
    try (InputStream in = TestFiles.class.getResourceAsStream(name)) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in, name));
    }
  }

  public static Path write(Path folder, String name, String text) throws IOException {
    return write(folder, name, text.getBytes(StandardCharsets.UTF_8));
  }

  public static Path write(Path folder, String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), name.endsWith(".gz") ? gzip(bytes) : bytes);
  }

  public static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /** Asserts that something is refused with a message that ends so, after the name of the file. */
  public static void assertRefused(ThrowingCallable code, String where, String message) {
    Assertions.assertThatThrownBy(code)
        .isInstanceOfSatisfying(UserException.class, e -> Assertions.assertThat(e.kind())
            .isEqualTo(UserException.Kind.INPUT))
        .hasMessageContaining(where)
        .hasMessageContaining(message);
  }
}
