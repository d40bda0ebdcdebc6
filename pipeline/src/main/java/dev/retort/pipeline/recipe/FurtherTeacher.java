package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import dev.retort.distill.train.EnsembleTeacher;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A teacher beside the first, which objectives name: a network of its own, or several teachers that
 * speak with one voice, {@code {ensemble: [teacher, large]}}.
 *
 * @param alone the network; null for an ensemble
 * @param ensemble the names of the ensemble's members; empty for a network
 * @param mean what of them is averaged: {@code probabilities} (default) or {@code logits}
 */
public record FurtherTeacher(
    @Nullable TeacherRecipe alone, ImmutableList<String> ensemble, EnsembleTeacher.Mean mean)
    implements RecipeTree.Written {

  static @Nullable FurtherTeacher read(
      Section teachers, String name, CheckpointRecipe checkpoint, Subject subject) {
    if (name.equals(TeacherRecipe.FIRST)) {
      teachers.mistake(
          name, "found the name of the first teacher; allowed: other names; choose another");
      return null;
    }
    Section section = teachers.section(name);
    if (!section.has("ensemble")) {
      if (section.has("mean")) {
        section.mistake("mean", "found without ensemble; allowed: beside it; take it out");
      }
      return new FurtherTeacher(
          TeacherRecipe.read(section, checkpoint, subject),
          ImmutableList.of(),
          EnsembleTeacher.Mean.PROBABILITIES);
    }
    ImmutableList<String> members =
        section.texts("ensemble", ImmutableList.of(), "the name of a teacher");
    FurtherTeacher read =
        new FurtherTeacher(null, members, section.word("mean", EnsembleTeacher.Mean.PROBABILITIES));
    if (read.ensemble.isEmpty()) {
      section.mistake("ensemble", "found no teacher; allowed: at least one; name the members");
    }
    section.close();
    return read;
  }

  @Override
  public Object written() {
    if (alone != null) {
      return alone;
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("ensemble", ensemble);
    all.put("mean", mean);
    return all;
  }
}
