package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Batch;
import dev.retort.space.Architecture;
import dev.retort.supernet.Outputs;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a loss is computed from.
 *
 * @param student the sub-network's outputs
 * @param teacher the teacher's outputs, detached; null without a teacher
 * @param batch the batch that both saw: mask, labels
 * @param studentArchitecture what the student is
 * @param teacherArchitecture what the teacher is; the student's own without a teacher
 * @param extras the objective's own tensors by name, at full size: an objective slices them to the
 *     student at hand
 */
public record LossInputs(
    Outputs student,
    @Nullable Outputs teacher,
    Batch batch,
    Architecture studentArchitecture,
    Architecture teacherArchitecture,
    ImmutableMap<String, NDArray> extras) {

  /** The objective's own tensors whose names begin so, by what follows. */
  public ImmutableMap<String, NDArray> extrasOf(String prefix) {
    return extras.entrySet().stream()
        .filter(each -> each.getKey().startsWith(prefix))
        .collect(ImmutableMap.toImmutableMap(
            each -> each.getKey().substring(prefix.length()), Map.Entry::getValue));
  }

  /** The teacher's outputs; there must be a teacher. */
  public Outputs requireTeacher() {
    if (teacher == null) {
      throw new IllegalStateException("This objective needs a teacher");
    }
    return teacher;
  }
}
