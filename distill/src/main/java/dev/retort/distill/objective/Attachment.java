package dev.retort.distill.objective;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.supernet.Tap;

/**
 * Where an objective attaches inside student and teacher. Layers count from 1, as papers count
 * them; 0 is what the embeddings give. The layers of a convolutional network are its stages.
 */
public sealed interface Attachment {
  /** The last layer of both. */
  Attachment LAST = new Layers(ImmutableList.of(Layer.LAST), ImmutableList.of(Layer.LAST));

  /** Every layer of the student, or every stage, from the one at the same share of the depth. */
  Attachment EVERY = new Mapped(LayerMap.UNIFORM);

  /** The same layer of both, from 1. */
  static Attachment layer(int number) {
    ImmutableList<Layer> both = ImmutableList.of(new Layer(number));
    return new Layers(both, both);
  }

  /**
   * Some layers of the student, each with one of the teacher.
   *
   * @param student the student's
   * @param teacher as many of the teacher's
   */
  record Layers(ImmutableList<Layer> student, ImmutableList<Layer> teacher) implements Attachment {
    /** Checks that there are as many of both. */
    public Layers {
      if (student.isEmpty() || student.size() != teacher.size()) {
        throw new IllegalArgumentException(
            "layers must be as many of the student as of the teacher," + " at least one, not ("
                + student + ") and (" + teacher + ")");
      }
    }
  }

  /**
   * All layers of the student.
   *
   * @param by which of the teacher's each learns from
   */
  record Mapped(LayerMap by) implements Attachment {}

  /**
   * Features by name, such as {@code stage3} or {@code pooled}.
   *
   * @param student the student's taps
   * @param teacher as many of the teacher's
   */
  record Named(ImmutableList<String> student, ImmutableList<String> teacher) implements Attachment {
    /** Checks that there are as many of both. */
    public Named {
      if (student.isEmpty() || student.size() != teacher.size()) {
        throw new IllegalArgumentException(
            "feature must be as many names of the student as of the teacher, at least one, not ("
                + student + ") and (" + teacher + ")");
      }
    }
  }

  /**
   * The pairs of layers of two networks, for what each layer has inside it.
   *
   * @param objective whose they are, for messages
   * @throws IllegalArgumentException when a layer does not exist, has no attention, or when flows
   *     decide
   */
  default ImmutableList<LayerPair> layers(
      String objective, Architecture student, Architecture teacher) {
    for (Architecture each : ImmutableList.of(student, teacher)) {
      if (!each.has("heads")) {
        throw new IllegalArgumentException(objective + " reads the attention of layers, which "
            + each + " does not have; choose an objective of features or of logits");
      }
    }
    return counted(objective, student, teacher);
  }

  private ImmutableList<LayerPair> counted(
      String objective, Architecture student, Architecture teacher) {
    if (transports() || this instanceof Named) {
      throw new IllegalArgumentException(objective
          + " attaches by layer, layers, or map: uniform, skip or last; features and map: emd are"
          + " for objectives of hidden states");
    }
    return pairs(objective, student, teacher, false);
  }

  private ImmutableList<LayerPair> pairs(
      String objective, Architecture student, Architecture teacher, boolean embeddings) {
    if (this instanceof Mapped mapped) {
      return mapped.by().pairs(Place.layers(student), Place.layers(teacher), embeddings);
    }
    Layers layers = (Layers) this;
    ImmutableList.Builder<LayerPair> pairs = ImmutableList.builder();
    for (int i = 0; i < layers.student().size(); i++) {
      pairs.add(new LayerPair(
          layers.student().get(i).of(objective, student, embeddings),
          layers.teacher().get(i).of(objective, teacher, embeddings)));
    }
    return pairs.build();
  }

  /**
   * The pairs of places of two networks at which features are read.
   *
   * @throws IllegalArgumentException when a layer does not exist
   */
  default ImmutableList<PlacePair> places(
      String objective, Architecture student, Architecture teacher) {
    ImmutableList.Builder<PlacePair> pairs = ImmutableList.builder();
    if (this instanceof Named named) {
      for (int i = 0; i < named.student().size(); i++) {
        String own = named.student().get(i);
        String other = named.teacher().get(i);
        pairs.add(new PlacePair(key(own, other), Place.named(own), Place.named(other)));
      }
      return pairs.build();
    }
    boolean embeddings = !Place.staged(student) && !Place.staged(teacher);
    ImmutableList<LayerPair> layers = pairs(objective, student, teacher, embeddings);
    for (int i = 0; i < layers.size(); i++) {
      LayerPair each = layers.get(i);
      String key = this instanceof Layers given
          ? key(given.student().get(i).toString(), given.teacher().get(i).toString())
          : Integer.toString(each.student());
      pairs.add(new PlacePair(
          key, Place.after(student, each.student()), Place.after(teacher, each.teacher())));
    }
    return pairs.build();
  }

  /**
   * The layers of the teacher that lead to each pair's own: after those of the pair before, up to
   * it. Those of a convolutional network are the blocks of a stage.
   *
   * @throws IllegalArgumentException when features are named, when flows decide, or when pairs do
   *     not lead upwards through the teacher
   */
  default ImmutableList<ImmutableList<Tap>> groups(
      String objective, Architecture student, Architecture teacher) {
    ImmutableList.Builder<ImmutableList<Tap>> groups = ImmutableList.builder();
    int before = 0;
    for (LayerPair each : counted(objective, student, teacher)) {
      if (each.teacher() <= before) {
        throw new IllegalArgumentException(objective + ": layer (" + each.teacher()
            + ") of teacher " + teacher + " does not come after layer (" + before
            + ") of the group before; groups lead upwards");
      }
      groups.add(Place.within(teacher, before, each.teacher()));
      before = each.teacher();
    }
    return groups.build();
  }

  private static String key(String student, String teacher) {
    return student.equals(teacher) ? student : student + "-" + teacher;
  }

  /** Whether flows between all pairs decide how much each counts. */
  default boolean transports() {
    return this instanceof Mapped mapped && mapped.by() == LayerMap.EMD;
  }

  /**
   * A place of the student and the one that it learns from.
   *
   * @param key what the pair's tensors are called after, the same for every depth of the student
   * @param student the student's
   * @param teacher the teacher's
   */
  record PlacePair(String key, Place student, Place teacher) {
    /** Whether it is what the embeddings give. */
    boolean ofEmbeddings() {
      return student.ofEmbeddings();
    }

    /** Refuses places of two widths. */
    void checkWidths(String objective, Architecture one, Architecture other) {
      int own = student.width(objective, one);
      int others = teacher.width(objective, other);
      if (own != others) {
        throw new IllegalArgumentException(
            objective + ": " + student.tap().name() + " of student " + one
                + " is " + own + " wide, " + teacher.tap().name() + " of teacher " + other + " "
                + others
                + "; they must be equal, or fit: true");
      }
    }
  }
}
