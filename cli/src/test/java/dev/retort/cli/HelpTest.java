package dev.retort.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * The help of every verb as golden text. After a wanted change: {@code mvn -pl cli -am verify
 * -Dtest=HelpTest -Dsurefire.failIfNoSpecifiedTests=false -Dretort.write-help=true}, twice.
 */
class HelpTest {
  static Stream<List<String>> verbs() {
    StringWriter nowhere = new StringWriter();
    Console console = new Console(new PrintWriter(nowhere), new PrintWriter(nowhere), false);
    List<List<String>> verbs = new ArrayList<>();
    collect(Main.commandLine(console), List.of(), verbs);
    return verbs.stream();
  }

  private static void collect(CommandLine line, List<String> path, List<List<String>> verbs) {
    verbs.add(path);
    line.getSubcommands().forEach((name, sub) -> {
      List<String> longer = new ArrayList<>(path);
      longer.add(name);
      collect(sub, longer, verbs);
    });
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void helpIsTheGoldenText(List<String> verb) throws IOException {
    List<String> arguments = new ArrayList<>(verb);
    arguments.add("--help");
    Outcome outcome = Outcome.of(arguments.toArray(String[]::new));
    String name = (verb.isEmpty() ? "retort" : String.join("-", verb)) + ".txt";
    if (Boolean.getBoolean("retort.write-help")) {
      Path folder = Outcome.root().resolve("cli/src/test/resources/help");
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(name), outcome.out());
    }
    try (InputStream golden = HelpTest.class.getResourceAsStream("/help/" + name)) {
      assertThat(golden).as("golden text " + name).isNotNull();
      assertThat(outcome.out()).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void everyVerbHasAnExampleAndItsExitCodes(List<String> verb) {
    List<String> arguments = new ArrayList<>(verb);
    arguments.add("--help");
    String help = Outcome.of(arguments.toArray(String[]::new)).out();
    String call = "retort " + String.join(" ", verb);
    assertThat(help).contains("Example:\n").contains(call.strip()).contains("Exit codes:\n");
    assertThat(help.lines()).allMatch(line -> line.length() <= 80, "at most 80 columns");
  }

  @Test
  void noVerbIsAMistakeAndShowsTheVerbs() {
    Outcome outcome = Outcome.of();
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("Verbs:").contains("run").contains("objectives");
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void versionIsOneLineAndThePartsBelow() {
    Outcome outcome = Outcome.of("--version");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).startsWith("retort ");
  }
}
