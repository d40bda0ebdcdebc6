package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the program of the README to the API. */
final class ApiExampleTest {
  private static final Path ROOT = Path.of(System.getProperty("retort.root"));
  private static final Path PROGRAM = ROOT.resolve("examples/api/DistilQuickstart.java");

  @Test
  void theProgramCompilesWithoutAWarning(@TempDir Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      boolean compiled = compiler
          .getTask(
              said,
              files,
              null,
              List.of(
                  "--release",
                  "17",
                  "-proc:none",
                  "-Xlint:all,-classfile,-path",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "-d",
                  classes.toString()),
              null,
              files.getJavaFileObjects(PROGRAM))
          .call();
      assertThat(compiled).as(said.toString()).isTrue();
    }
    assertThat(said.toString()).isEmpty();
    assertThat(classes.resolve("DistilQuickstart.class")).exists();
  }

  @Test
  void theReadmeShowsItAsItIs() throws IOException {
    String program = Files.readString(PROGRAM);
    assertThat(program.lines().count()).isLessThan(30);
    assertThat(Files.readString(ROOT.resolve("README.md"))).contains("```java\n" + program + "```");
  }
}
