package dev.retort.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, with a Maven and a Java that only say what they were asked. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherTest {
  private static final String MAVEN =
      """
      #!/bin/sh
      case "$*" in
        *-v*) echo 'Apache Maven 3.9.1 (x)'; echo 'Java version: 17.0.1, vendor: x, runtime: ' ;;
        *) echo "mvn $*"; mkdir -p cli/target; : >cli/target/retort.jar ;;
      esac
      """;
  private static final String JAVA =
      """
      #!/bin/sh
      case "$*" in *ArchiveClassesAtExit*) exit 0 ;; esac
      for each; do echo "[$each]"; done
      echo "in $(pwd)"
      """;

  private record Said(int code, String out, String err) {}

  @TempDir
  private Path folder = Path.of("");

  private Path root = Path.of("");
  private Path bin = Path.of("");

  @BeforeEach
  void copiesTheLauncher() throws IOException {
    root = Files.createDirectories(folder.resolve("the house"));
    bin = Files.createDirectories(folder.resolve("bin"));
    Files.createDirectories(root.resolve("cli/src/main/java"));
    Files.writeString(root.resolve("cli/src/main/java/A.java"), "class A {}");
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.writeString(root.resolve("cli/pom.xml"), "<project/>");
    script(root.resolve("retort"), Files.readString(Outcome.root().resolve("retort")));
    script(bin.resolve("mvn"), MAVEN);
    script(bin.resolve("java"), JAVA);
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Said call(Path launcher, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder = new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectOutput(out.toFile())
        .redirectError(err.toFile());
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("PATH", bin + ":/usr/bin:/bin");
    builder.environment().put("JAVA_OPTS", "-Xmx3g -Dmine=1");
    int code = builder.start().waitFor();
    return new Said(code, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  @Test
  void buildsOnceAndGivesTheArgumentsOn() throws Exception {
    Said first = call(root.resolve("retort"), "cost", "two words", "");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err().lines())
        .containsExactly("Building Retort once, this takes a minute \u2026");
    assertThat(first.out())
        .contains("[cost]\n[two words]\n[]\n")
        .contains("[-Xmx3g]\n[-Dmine=1]\n")
        .contains("[-Dretort.terminal=false]\n")
        .contains("in " + folder.toRealPath());
    assertThat(root.resolve("target/retort-build.log"))
        .content()
        .contains("mvn -q -B -Dquick -DskipTests -pl cli -am package");
    assertThat(call(root.resolve("retort"), "cost").err()).isEmpty();
    assertThat(root.resolve("target/retort-build.lock")).doesNotExist();
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    call(root.resolve("retort"));
    Files.setLastModifiedTime(
        root.resolve("cli/src/main/java/A.java"), FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(call(root.resolve("retort")).err())
        .isEqualTo("Building Retort again, its sources have changed \u2026\n");
  }

  @Test
  void worksThroughLinks() throws Exception {
    Path links = Files.createDirectories(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve("one"), Path.of("../the house/retort"));
    Files.createSymbolicLink(links.resolve("two"), links.resolve("one"));
    Said said = call(links.resolve("two"), "doctor");
    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.out()).contains("[" + root.toRealPath().resolve("cli/target/retort.jar") + "]");
  }

  @Test
  void lockOfAProcessThatIsGoneIsTakenOver() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Path lock = Files.createDirectories(root.resolve("target/retort-build.lock"));
    Files.writeString(lock.resolve("pid"), gone.pid() + "\n");
    assertThat(call(root.resolve("retort")).code()).isZero();
  }

  @Test
  void failedBuildShowsItsEndAndWhereTheRestIs() throws Exception {
    script(
        bin.resolve("mvn"),
        MAVEN.replace("echo \"mvn $*\"", "echo 'ERROR no such artefact'; exit 1"));
    Said said = call(root.resolve("retort"), "cost");
    assertThat(said.code()).isEqualTo(5);
    assertThat(said.err()).contains("ERROR no such artefact").contains("retort-build.log");
    assertThat(said.out()).isEmpty();
    assertThat(root.resolve("target/retort-build.lock")).doesNotExist();
  }

  @Test
  void missingAndOldToolsAreNamed() throws Exception {
    script(bin.resolve("mvn"), MAVEN.replace("3.9.1", "3.3.9"));
    assertThat(call(root.resolve("retort")).err()).contains("Maven 3.3 is too old");
    script(bin.resolve("mvn"), MAVEN.replace("17.0.1", "11.0.2"));
    Said old = call(root.resolve("retort"));
    assertThat(old.err()).contains("Maven runs on Java 11; 17 or later is needed");
    assertThat(old.code()).isEqualTo(5);
    assertThat(old.err().lines()).hasSize(1);
  }
}
