package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class OverridesTest {

  @Test
  void anOverrideHoldsOverTheFile() {
    Recipe recipe = Recipes.read(
            Recipes.LONG,
            "train.steps=10",
            "seed=3",
            "task=sst-2",
            "data=glue",
            "evaluate=",
            "search.budgets.half.flops=40%",
            "search.budgets.tiny={macs: 1M}",
            "teacher.architecture=null",
            "teacher.model=some/where",
            "train.objectives[0].self-attention-relation.heads=4",
            "train.objectives.2=nkd",
            "seed=4")
        .recipe();
    assertThat(Recipes.searched(recipe).train().steps()).isEqualTo(10);
    assertThat(recipe.seed()).isEqualTo(4);
    assertThat(recipe.task()).isEqualTo(new TaskRecipe.Glue("sst-2"));
    assertThat(recipe.data()).isEqualTo(Path.of("recipes/glue").toAbsolutePath());
    assertThat(Recipes.searched(recipe).search().budgets().get("half"))
        .isEqualTo(ImmutableMap.of("flops", "40%"));
    assertThat(Recipes.searched(recipe).search().budgets().keySet())
        .containsExactly("half", "small", "tiny");
    assertThat(Objects.requireNonNull(recipe.teacher()).model())
        .isEqualTo(new ModelSource.Hub("some/where"));
    assertThat(Recipes.searched(recipe).train().objectives().get(0).options())
        .containsEntry("heads", 4L);
    assertThat(Recipes.searched(recipe).train().objectives().get(2)).isEqualTo(Term.of("nkd"));
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            "train.steps",
            "--set train.steps: found train.steps; allowed: KEY=VALUE;"
                + " write it like --set train.steps=10"),
        Arguments.of(
            "=3",
            "--set : found =3; allowed: KEY=VALUE; write it like --set" + "" + " train.steps=10"),
        Arguments.of(
            "a..b=3",
            "--set a..b: found a..b=3; allowed: KEY=VALUE; write it like --set"
                + " train.steps=10"),
        Arguments.of(
            "sed=3",
            "--set sed: sed: found an unknown key; allowed: retort, name, seed,"
                + " device, precision, workers, task, data, sequence, tokenizer, checkpoint,"
                + " teacher, teachers, student,"
                + " corpus, space, train, search, finetune, evaluate, export, output; did you"
                + " mean"
                + " seed?"),
        Arguments.of(
            "search.budgets.half.flop=3",
            "--set search.budgets.half.flop:"
                + " search.budgets.half.flop: found an unknown key; allowed: parameters, macs,"
                + " flops,"
                + " weight-bytes, peak-activation-bytes; did you mean flops?"),
        Arguments.of(
            "seed.x=3",
            "--set seed.x: seed.x: found -3 at seed; allowed there: a mapping"
                + " with the key x; set seed as a whole"),
        Arguments.of(
            "train.objectives.9=kd",
            "--set train.objectives.9: train.objectives.9: found"
                + " item 9 of a list; allowed: a number from 0 to 2; set the whole list to add"
                + " one"),
        Arguments.of(
            "nam=",
            "--set nam: nam: found no such key to take out; allowed: retort, name,"
                + " seed, device, precision, workers, task, sequence, tokenizer, checkpoint,"
                + " teacher, teachers, corpus,"
                + " space, train, search, finetune, evaluate, export, output; did you"
                + " mean"
                + " name?"),
        Arguments.of(
            "workers=&a 1",
            "--set workers: workers: found the anchor &a; allowed: no"
                + " anchors and aliases; write the value out where it is wanted"),
        Arguments.of(
            "workers=[1",
            "--set workers: workers: found broken YAML while parsing a flow"
                + " sequence: expected ',' or ']', but got <stream end>; allowed: YAML 1.2; look"
                + " for a"
                + " bracket, quote or colon that is missing here or above"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void eachBadOverrideHasItsMessage(String override, String message) {
    assertThat(Recipes.mistakes(Recipes.LONG, override)).containsExactly(message);
  }
}
