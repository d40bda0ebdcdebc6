package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class YamlReaderTest {

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            "",
            "r.yaml:1:1: found an empty file; allowed: a mapping that begins with"
                + " retort: 1; see examples/quickstart.yaml"),
        Arguments.of(
            "# only a comment\n",
            "r.yaml:1:1: found an empty file; allowed: a mapping that"
                + " begins with retort: 1; see examples/quickstart.yaml"),
        Arguments.of(
            "- 1\n",
            "r.yaml:1:1: found a list; allowed: a mapping that begins with"
                + " retort: 1; see examples/quickstart.yaml"),
        Arguments.of(
            "a: !!str 1\n",
            "r.yaml:1:4: found the tag tag:yaml.org,2002:str; allowed: no" + " tags; take it"
                + " out"),
        Arguments.of(
            "a: !!javax.script.ScriptEngineManager []\n",
            "r.yaml:1:4: found the tag"
                + " tag:yaml.org,2002:javax.script.ScriptEngineManager; allowed: no tags; take"
                + " it out"),
        Arguments.of(
            "a: &x 1\n",
            "r.yaml:1:4: found the anchor &x; allowed: no anchors and"
                + " aliases; write the value out where it is wanted"),
        Arguments.of(
            "a: *x\n",
            "r.yaml:1:4: found the alias *x; allowed: no anchors and aliases;"
                + " write the value out where it is wanted"),
        Arguments.of(
            "a: 1\nb: 2\na: 3\n",
            "r.yaml:3:1: found the key a twice; allowed: once; it"
                + " stands first in line 1, take one out"),
        Arguments.of(
            "a: 1\n\"\\u0061\": 3\n",
            "r.yaml:2:1: found the key a twice; allowed: once;"
                + " it stands first in line 1, take one out"),
        Arguments.of(
            "[a]: 1\n",
            "r.yaml:1:1: found a list as a key; allowed: a word; if a value"
                + " was meant, put it after a colon"),
        Arguments.of(
            "a: 1\n---\nb: 2\n",
            "r.yaml:2:1: found a second document; allowed: one; put"
                + " it into a file of its own"),
        Arguments.of(
            "%YAML 1.1\n---\na: 1\n",
            "r.yaml:1:1: found a directive; allowed: none but" + " %YAML 1.2; take it out"),
        Arguments.of(
            "%TAG ! tag:x,2000:\n---\na: 1\n",
            "r.yaml:1:1: found a directive; allowed:" + " none but %YAML 1.2; take it out"),
        Arguments.of(
            "a:\n\tb: 1\n",
            "r.yaml:2:1: found a tab; allowed: spaces before a value; put"
                + " spaces in its place"),
        Arguments.of(
            "a: [1, 2\nb: 3\n",
            "r.yaml:2:2: found broken YAML while parsing a flow"
                + " sequence: expected ',' or ']', but got :; allowed: YAML 1.2; look for a"
                + " bracket,"
                + " quote or colon that is missing here or above"),
        Arguments.of(
            "a: \"b\n",
            "r.yaml:2:1: found broken YAML while scanning a quoted scalar:"
                + " found unexpected end of stream; allowed: YAML 1.2; look for a bracket, quote"
                + " or"
                + " colon that is missing here or above"),
        Arguments.of(
            "a: b: c\n",
            "r.yaml:1:5: found broken YAML: mapping values are not allowed"
                + " here; allowed: YAML 1.2; look for a bracket, quote or colon that is missing"
                + " here"
                + " or above"),
        Arguments.of(
            "a: 1\nb: \u0007\n",
            "r.yaml:2:4: found the character U+0007; allowed:"
                + " printable characters; take it out"),
        Arguments.of(
            "a: " + "[".repeat(40) + "]".repeat(40),
            "r.yaml:1:36: found more than 32"
                + " levels; allowed: at most 32; close the brackets or lessen the indentation"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void eachBrokenDocumentHasItsMessage(String text, String message) {
    assertThat(Recipes.mistakes(text)).contains(message);
    assertThat(Recipes.mistakes(text.replace("\n", "\r\n"))).contains(message);
  }

  @Test
  void anAliasBombIsRefusedWithoutBeingBuilt() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      String last = "*a" + (i - 1);
      bomb.append("a" + i + ": &a" + i + " [" + (last + ", ").repeat(8) + last + "]\n");
    }
    assertThat(Recipes.mistakes(bomb.toString()))
        .hasSizeGreaterThan(200)
        .contains(
            "r.yaml:2:10: found the alias *a0; allowed: no anchors and aliases; write the value"
                + " out"
                + " where it is wanted");
  }

  @Test
  void aHundredThousandBracketsAreRefused() {
    assertThat(Recipes.mistakes("[".repeat(100_000))).hasSize(1);
    assertThat(Recipes.mistakes("{a: ".repeat(100_000))).hasSize(1);
    assertThat(Recipes.mistakes("- ".repeat(100_000))).hasSize(1);
  }

  @Test
  void aFileBeyondItsLimitIsRefused() {
    byte[] bytes = (Recipes.SHORT + "#".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8);
    assertThat(Recipes.mistakes(bytes))
        .containsExactly("r.yaml: found a file of " + bytes.length
            + " bytes; allowed: at most 1048576; a recipe holds settings, put data into files of"
            + " its"
            + " own");
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedWhereTheyStand() {
    byte[] bytes = "retort: 1\nname: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(Recipes.mistakes(bytes))
        .containsExactly("r.yaml:2:10: found bytes that are not"
            + " UTF-8; allowed: UTF-8 text; save the file as UTF-8");
    assertThat(Recipes.mistakes(Recipes.SHORT.getBytes(StandardCharsets.UTF_16)))
        .hasSize(1);
  }

  @Test
  void aByteOrderMarkAndCrlfAreFine() {
    Recipe recipe = Recipes.read(Recipes.SHORT).recipe();
    assertThat(Recipes.read("\uFEFF" + Recipes.SHORT).recipe()).isEqualTo(recipe);
    assertThat(Recipes.read(Recipes.SHORT.replace("\n", "\r\n")).recipe()).isEqualTo(recipe);
    assertThat(Recipes.read("%YAML 1.2\n---\n" + Recipes.SHORT + "...\n").recipe())
        .isEqualTo(recipe);
  }
}
