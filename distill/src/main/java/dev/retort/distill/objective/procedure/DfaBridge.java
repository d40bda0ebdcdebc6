package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import dev.retort.distill.arithmetic.Aggregation;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.supernet.kernel.Scaling;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * DFA's bridge loss: Guan et al., "Differentiable Feature Aggregation Search for Knowledge
 * Distillation" (ECCV 2020, arXiv 2008.00506). A reconstruction: no code is published; the paper's
 * regulariser of beta could not be read.
 *
 * <p>Of each group i of layers, with A_i = sum_j softmax(beta_i)_j T_i^j the aggregation of the
 * teacher's layers:
 *
 * <ul>
 *   <li>student to teacher: L_ST = mean over all entries of (M_s S_i - A_i)^2, S_i what the
 *       student's group gives and M_s a connector;
 *   <li>teacher to student: L_TS = cross-entropy with the labels of the student's later groups and
 *       classifier, run on M_t A_i;
 *   <li>the bridge loss = sum_i (gamma_ST L_ST + gamma_TS L_TS).
 * </ul>
 *
 * <p>Neither side is detached: the search trains weights and connectors with it on one half of the
 * data, beta on the other. The teacher's features are constants. L_TS stops beta from taking the
 * last layer alone. A group of one layer has nothing to search. An empty batch gives 0.
 *
 * @param studentToTeacher gamma_ST, at least 0; 1 by default
 * @param teacherToStudent gamma_TS, at least 0; 1 by default
 */
public record DfaBridge(double studentToTeacher, double teacherToStudent) {
  private static final String NAME = "dfa-bridge";

  /** Checks the weights. */
  public DfaBridge {
    Checks.notNegative(NAME, "student-to-teacher", studentToTeacher);
    Checks.notNegative(NAME, "teacher-to-student", teacherToStudent);
  }

  /** With both weights 1. */
  public DfaBridge() {
    this(1, 1);
  }

  /**
   * One group of layers.
   *
   * @param student S_i, what the student's group gives
   * @param teacher T_i, what each of the teacher's layers gives, of one shape
   * @param beta [n], trained
   * @param connector M_s, from the student's feature to the aggregation's shape
   * @param rest M_t, the student's later groups and its classifier: from the aggregation to logits
   *     [B,C], a partial pass of the student
   */
  public record Group(
      NDArray student,
      List<NDArray> teacher,
      NDArray beta,
      UnaryOperator<NDArray> connector,
      UnaryOperator<NDArray> rest) {}

  /**
   * The parts of a group, scalars.
   *
   * @param studentToTeacher L_ST
   * @param teacherToStudent L_TS
   */
  public record Terms(NDArray studentToTeacher, NDArray teacherToStudent) {}

  /**
   * The bridge loss.
   *
   * @param groups one or more
   * @param labels class indices [B] or shares [B,C]
   * @return a scalar
   */
  public NDArray loss(List<Group> groups, NDArray labels) {
    return total(terms(groups, labels));
  }

  /** The loss that the parts of all groups make. */
  public NDArray total(List<Terms> terms) {
    return terms.stream()
        .map(each -> Scaling.by(each.studentToTeacher(), studentToTeacher)
            .add(Scaling.by(each.teacherToStudent(), teacherToStudent)))
        .reduce(NDArray::add)
        .orElseThrow(() -> new IllegalArgumentException(NAME + " needs a group"));
  }

  /** The parts of each group, in order. */
  public ImmutableList<Terms> terms(List<Group> groups, NDArray labels) {
    ImmutableList.Builder<Terms> terms = ImmutableList.builder();
    for (Group each : groups) {
      List<NDArray> fixed = new ArrayList<>();
      each.teacher()
          .forEach(layer -> fixed.add(Tensors.constant(layer, each.student().getManager())));
      NDArray aggregation = Aggregation.of(fixed, each.beta());
      NDArray student = each.connector().apply(each.student());
      if (!student.getShape().equals(aggregation.getShape())) {
        throw new IllegalArgumentException(NAME + ": the connector gives " + student.getShape()
            + ", needed the shape of the teacher's layers, " + aggregation.getShape());
      }
      terms.add(new Terms(
          Distances.meanSquare(student, aggregation),
          new CrossEntropy().loss(each.rest().apply(aggregation), labels)));
    }
    return terms.build();
  }
}
