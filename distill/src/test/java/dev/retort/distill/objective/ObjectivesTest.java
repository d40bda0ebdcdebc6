package dev.retort.distill.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.attention.SelfAttentionRelation;
import dev.retort.distill.objective.attention.SelfAttentionRelation.Form;
import dev.retort.distill.objective.attention.SelfAttentionRelation.Part;
import dev.retort.distill.objective.attention.SelfAttentionRelation.Remainder;
import dev.retort.distill.objective.feature.HiddenState;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.distill.objective.logit.Nkd;
import dev.retort.distill.objective.logit.Uskd;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectivesTest {
  @Test
  void everyObjectiveIsMadeWithoutOptionsAndKnowsItsName() {
    assertThat(Objectives.all()).hasSize(34).allSatisfy(each -> {
      assertThat(Objectives.create(each.name(), Map.of()).name()).isEqualTo(each.name());
      assertThat(Objectives.describe(each.name())).isEqualTo(each);
      assertThat(Objectives.markdown()).contains("`" + each.name() + "`");
    });
  }

  @Test
  void defaultsAreTheAuthors() {
    assertThat(Objectives.create("nkd", Map.of())).isEqualTo(new Nkd(1.5, 1));
    assertThat(Objectives.create("uskd", Map.of())).isEqualTo(new Uskd());
    assertThat(Objectives.create("kd", Map.of())).isEqualTo(new LogitKd(4, LogitKd.Form.KL));
    assertThat(Objectives.create("self-attention-relation", Map.of()))
        .isEqualTo(new SelfAttentionRelation(Form.KL_RELATIONS, 0));
  }

  @Test
  void optionsAreRead() {
    assertThat(Objectives.create("kd", Map.of("temperature", 2, "form", "cross-entropy")))
        .isEqualTo(new LogitKd(2, LogitKd.Form.CROSS_ENTROPY));
    assertThat(Objectives.create(
            "self-attention-relation",
            Map.of(
                "form",
                "mse-scores",
                "heads",
                12,
                "of",
                List.of("value", "query"),
                "weights",
                List.of(2, 0.5),
                "layers",
                Map.of("student", "last", "teacher", 9),
                "remainder",
                "refuse")))
        .isEqualTo(new SelfAttentionRelation(
            Form.MSE_SCORES,
            12,
            ImmutableMap.of(Part.VALUE, 2.0, Part.QUERY, 0.5),
            new Attachment.Layers(ImmutableList.of(Layer.LAST), ImmutableList.of(new Layer(9))),
            Remainder.REFUSE));
    assertThat(Objectives.create("hidden-state", Map.of("fit", false)))
        .isEqualTo(new HiddenState(false));
  }

  @Test
  void wrongNamesAndValuesAreRefusedWithWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Objectives.create("nkdd", Map.of()))
        .withMessageContaining("(nkdd)")
        .withMessageContaining("cross-entropy, mse, l1, kd")
        .withMessageEndingWith("did you mean nkd?");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Objectives.create("kd", Map.of("temprature", 2)))
        .withMessage("Objective kd has no option (temprature); it has temperature, form;"
            + " did you mean temperature?");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Objectives.create("mse", Map.of("weightiness", 2)))
        .withMessage("Objective mse has no option (weightiness); it has none");
    refused("kd", "temperature", 0, "a number above 0, not (0)");
    refused("kd", "temperature", "hot", "a number above 0, not (hot)");
    refused("kd", "temperature", Double.NaN, "a number above 0, not (NaN)");
    refused("kd", "form", "KL", "one of [kl, cross-entropy], not (KL)");
    refused("cross-entropy", "label-smoothing", 1, "from 0 to below 1, not (1)");
    refused("uskd", "beta", -1, "at least 0, not (-1)");
    refused("hidden-state", "fit", "yes", "true or false, not (yes)");
    refused("self-attention-relation", "heads", 2.5, "teacher, or a whole number");
    refused("self-attention-relation", "layer", -2, "last, or a whole number of at least 0");
    refused("self-attention-relation", "of", List.of(), "a list of some of [query, key, value]");
    refused("self-attention-relation", "of", List.of("key", "key"), "not ([key, key])");
    refused("self-attention-relation", "weights", List.of(1, 2), "3 numbers");
  }

  private static void refused(String name, String option, Object value, String allowed) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Objectives.create(name, Map.of(option, value)))
        .withMessageStartingWith(name + "." + option + " must be ")
        .withMessageContaining(allowed);
  }
}
