package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.Axis;
import dev.retort.space.TensorSpec;
import org.jspecify.annotations.Nullable;

/**
 * Leading rows and columns: the first groups of each axis and the first entries of each group
 * (AutoDistil, NeurIPS 2022, section 3.1, as its released code does it); of a convolution's window
 * the middle.
 */
public final class LeadingSlicing implements Slicing {
  static final String NAME = "leading";

  /** The first axis of a kernel's window, behind its outputs and inputs. */
  private static final int KERNEL_WINDOW = 2;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Cut cut(TensorSpec shared, TensorSpec sub) {
    NDIndex index = new NDIndex();
    boolean whole = true;
    boolean grouped = false;
    for (int i = 0; i < sub.axes().size(); i++) {
      Axis from = shared.axes().get(i);
      Axis to = sub.axes().get(i);
      if (to.groups() > from.groups() || to.size() > from.size()) {
        throw new IllegalArgumentException(
            "Tensor " + sub.name() + " needs " + to + ", the shared one has only " + from);
      }
      // Not their names: a layer may be cut from one further up.
      whole &= from.groups() == to.groups() && from.size() == to.size();
      grouped |= from.size() != to.size() && to.groups() > 1;
    }
    if (whole) {
      return new Range(null);
    }
    if (grouped) {
      return groups(shared, sub);
    }
    for (int i = 0; i < sub.axes().size(); i++) {
      long length = sub.axes().get(i).length();
      // Of a kernel's window the middle: what it looks at stays in place.
      long first = sub.role() == TensorSpec.Role.KERNEL && i >= KERNEL_WINDOW
          ? (shared.axes().get(i).length() - length) / 2
          : 0;
      index.addSliceDim(first, first + length);
    }
    return new Range(index);
  }

  /** A range of each axis; without one, the tensor itself. */
  private record Range(@Nullable NDIndex index) implements Cut {
    @Override
    public NDArray of(NDArray shared, NDManager manager) {
      return index == null ? shared : shared.get(manager, index);
    }

    @Override
    public boolean isView() {
      return true;
    }
  }

  /** The first entries of each group: every axis is split into groups and entries, cut, joined. */
  private static Cut groups(TensorSpec shared, TensorSpec sub) {
    int rank = sub.axes().size();
    long[] split = new long[2 * rank];
    NDIndex index = new NDIndex();
    for (int i = 0; i < rank; i++) {
      split[2 * i] = shared.axes().get(i).groups();
      split[2 * i + 1] = shared.axes().get(i).size();
      index
          .addSliceDim(0, sub.axes().get(i).groups())
          .addSliceDim(0, sub.axes().get(i).size());
    }
    Shape joined = new Shape(sub.shape());
    return (tensor, manager) -> {
      NDArray parts = tensor.reshape(split);
      parts.attach(manager);
      return parts.get(manager, index).reshape(joined);
    };
  }
}
