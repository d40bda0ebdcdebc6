package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import org.jspecify.annotations.Nullable;

/** Refusals of shapes and options, each with the objective, the name and the value. */
public final class Checks {
  private static final ImmutableSet<DataType> WHOLE =
      ImmutableSet.of(DataType.INT64, DataType.INT32, DataType.UINT8, DataType.INT8);

  private Checks() {}

  /** Logits must be [B,C] with at least two classes. */
  public static void logits(String objective, String what, NDArray logits) {
    Shape shape = logits.getShape();
    if (shape.dimension() != 2 || shape.get(1) < 2) {
      throw new IllegalArgumentException(objective + ": " + what + " have shape " + shape
          + ", needed [B,C] with at least 2 classes");
    }
  }

  /** Student and teacher logits must be of one shape. */
  public static void logits(String objective, NDArray student, NDArray teacher) {
    logits(objective, "student logits", student);
    if (!student.getShape().equals(teacher.getShape())) {
      throw new IllegalArgumentException(objective + ": teacher logits have shape "
          + teacher.getShape() + ", needed that of the student logits, " + student.getShape());
    }
  }

  /** Labels must be class indices [B] or rows of class shares [B,C]. */
  public static void labels(String objective, NDArray labels, NDArray logits) {
    Shape shape = labels.getShape();
    boolean indices =
        shape.dimension() == 1 && shape.get(0) == logits.getShape().get(0);
    if (!indices && !shape.equals(logits.getShape())) {
      throw new IllegalArgumentException(
          objective + ": labels have shape " + shape + ", needed class indices [B] or shares"
              + " [B,C] for logits of shape " + logits.getShape());
    }
    if (indices && !WHOLE.contains(labels.getDataType())) {
      throw new IllegalArgumentException(objective + ": labels [B] are " + labels.getDataType()
          + ", needed whole class indices; scores are for mse");
    }
  }

  /** One number a row of the logits: weights [B], not columns or scalars that would broadcast. */
  public static void perRow(String objective, String what, NDArray values, long rows) {
    if (!values.getShape().equals(new Shape(rows))) {
      throw new IllegalArgumentException(objective + ": " + what + " have shape "
          + values.getShape() + ", needed [B] = " + new Shape(rows));
    }
  }

  /**
   * Features must be of one shape: hidden states [B,S,T], maps [B,T,height,width] or vectors [B,T];
   * a mask [B,S] is for hidden states.
   */
  public static void features(
      String objective, NDArray student, NDArray teacher, @Nullable NDArray mask) {
    Shape own = student.getShape();
    int dimension = own.dimension();
    if (!own.equals(teacher.getShape()) || dimension < 2 || dimension > 4) {
      throw new IllegalArgumentException(objective + ": features have shapes " + own
          + " (student) and " + teacher.getShape() + " (teacher), needed one shape: hidden states"
          + " [B,S,T], maps [B,T,height,width] or vectors [B,T]; fit: true gives one width");
    }
    if (mask != null && dimension != 3) {
      throw new IllegalArgumentException(
          objective + ": a mask is for hidden states [B,S,T], not for features of shape " + own);
    }
    mask(objective, mask, own.get(0), own.get(1));
  }

  /** Hidden states or projections must be [B,S,width] of one batch and length, the mask [B,S]. */
  public static void sequences(
      String objective, String what, NDArray student, NDArray teacher, @Nullable NDArray mask) {
    Shape own = student.getShape();
    Shape other = teacher.getShape();
    if (own.dimension() != 3
        || other.dimension() != 3
        || own.get(0) != other.get(0)
        || own.get(1) != other.get(1)) {
      throw new IllegalArgumentException(objective + ": " + what + " have shapes " + own
          + " (student) and " + other + " (teacher), needed [B,S,width] with the same B and S");
    }
    mask(objective, mask, own.get(0), own.get(1));
  }

  /** The mask, if there is one, must be [B,S]. */
  public static void mask(String objective, @Nullable NDArray mask, long batch, long sequence) {
    if (mask != null && !mask.getShape().equals(new Shape(batch, sequence))) {
      throw new IllegalArgumentException(objective + ": the mask has shape " + mask.getShape()
          + ", needed [B,S] = " + new Shape(batch, sequence));
    }
  }

  /** Student and teacher must tell the same classes apart, at least two. */
  public static void classes(String objective, Architecture student, Architecture teacher) {
    classes(objective, student);
    int own = student.family().outputs(student);
    int others = teacher.family().outputs(teacher);
    boolean answers = others > 0 || teacher.has("classes");
    if (answers && own != others) {
      throw new IllegalArgumentException(objective + ": student " + student + " has " + own
          + " classes, teacher " + teacher + " has " + others + "; they must be equal");
    }
  }

  /** The student must tell at least two classes apart. */
  public static void classes(String objective, Architecture student) {
    int own = student.family().outputs(student);
    if (own < 2) {
      throw new IllegalArgumentException(objective + ": student " + student + " has "
          + (own > 0 || student.has("classes") ? own : "no") + " classes, needed at least 2");
    }
  }

  /** An option must be a finite number above 0. */
  public static void positive(String objective, String option, double value) {
    if (!(value > 0) || !Double.isFinite(value)) {
      throw new IllegalArgumentException(
          objective + "." + option + " must be a number above 0, not (" + value + ")");
    }
  }

  /** An option must be a finite number of at least 0. */
  public static void notNegative(String objective, String option, double value) {
    if (!(value >= 0) || !Double.isFinite(value)) {
      throw new IllegalArgumentException(
          objective + "." + option + " must be a number of at least 0, not (" + value + ")");
    }
  }
}
