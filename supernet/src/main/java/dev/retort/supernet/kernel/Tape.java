package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was computed with backward passes written by hand, between stretches that the engine
 * differentiates. The outputs of each entry are leaves to the engine: its own backward pass ends at
 * them, and the entry takes their gradients from there, in the reverse of the order in which the
 * entries were made.
 */
final class Tape {
  private static final ThreadLocal<@Nullable Tape> CURRENT = new ThreadLocal<>();

  /** From the gradients of an entry's outputs to that of its input; null: it has no input. */
  interface Backward {
    @Nullable
    NDArray of(NDArray[] gradients);
  }

  private record Entry(NDArray[] outputs, @Nullable NDArray input, Backward backward) {}

  private final ScriptedModule module = ScriptedModule.instance();
  private final List<Entry> entries = new ArrayList<>();

  /** The tape of what this thread records, or null. */
  static @Nullable Tape current() {
    return CURRENT.get();
  }

  /** Makes a tape the thread's own; returns the one before. */
  static @Nullable Tape begin(@Nullable Tape tape) {
    Tape before = CURRENT.get();
    CURRENT.set(tape);
    return before;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * Adds what was computed.
   *
   * @param outputs arrays without a graph; they become leaves
   * @param input what they were computed from, beside weights; null: nothing that has a gradient
   */
  void add(NDArray[] outputs, @Nullable NDArray input, Backward backward) {
    for (NDArray output : outputs) {
      output.setRequiresGradient(true);
    }
    entries.add(new Entry(outputs, input, backward));
  }

  /**
   * Whether an entry was computed from what has a graph of the engine's. Its backward pass goes
   * through that graph once more, which therefore has to be kept: the loss may depend on parts of
   * it otherwise too, on a hidden state before the entry, say, that is compared to a teacher's.
   */
  boolean handsOn() {
    Map<NDArray, Boolean> own = own();
    return entries.stream()
        .map(Entry::input)
        .anyMatch(
            input -> input != null && !own.containsKey(input) && module.requiresGradient(input));
  }

  private Map<NDArray, Boolean> own() {
    Map<NDArray, Boolean> own = new IdentityHashMap<>();
    for (Entry entry : entries) {
      for (NDArray output : entry.outputs()) {
        own.put(output, true);
      }
    }
    return own;
  }

  /** Takes the gradients on from where the engine's backward pass has left them. */
  void backward() {
    Map<NDArray, NDArray> handed = new IdentityHashMap<>();
    Map<NDArray, Boolean> own = own();
    try (Autograd off = Autograd.off()) {
      for (int i = entries.size() - 1; i >= 0; i--) {
        Entry entry = entries.get(i);
        NDArray[] gradients = gradients(entry, handed);
        if (gradients == null) {
          continue;
        }
        NDArray passed = entry.backward().of(gradients);
        for (NDArray gradient : gradients) {
          gradient.close();
        }
        NDArray input = entry.input();
        if (passed == null || input == null) {
          continue;
        }
        if (own.containsKey(input)) {
          handed.merge(input, passed, NDArray::add);
        } else if (module.requiresGradient(input)) {
          // What a scripted function made may not become a leaf's gradient itself.
          try (NDArray copy = passed.duplicate()) {
            JniUtils.backward((PtNDArray) input, (PtNDArray) copy, true, false);
          }
        }
      }
    }
    entries.clear();
  }

  /** The gradients of an entry's outputs, 0 for those that nothing read; null: nothing read any. */
  private static NDArray @Nullable [] gradients(Entry entry, Map<NDArray, NDArray> handed) {
    NDArray[] gradients = new NDArray[entry.outputs().length];
    boolean any = false;
    for (int i = 0; i < gradients.length; i++) {
      NDArray output = entry.outputs()[i];
      NDArray engine = Autograd.gradient(output);
      NDArray hand = handed.remove(output);
      NDArray sum = engine == null ? hand : hand == null ? engine : engine.addi(hand);
      any |= sum != null;
      gradients[i] = sum == null ? output.zerosLike() : sum;
    }
    return any ? gradients : null;
  }
}
