package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of the tokens that a decoder has read, so that a pass looks at these and
 * computes only the new ones ({@link Network#forward(Weights, dev.retort.data.Batch, KeyValueCache,
 * Request)}). B rows, K tokens so far, W width of keys and values, which may differ by layer.
 *
 * <p>It holds two arrays a layer and the mask, whatever its length. For inference and one thread. A
 * pass that fails leaves it as it was.
 */
public final class KeyValueCache implements AutoCloseable {
  private final NDManager manager;
  private final Kernels kernels = new EagerKernels();
  private @Nullable State state;
  private final List<NDArray> pending = new ArrayList<>();

  /**
   * What is kept.
   *
   * @param mask 1 for tokens and 0 for padding [B,K], float32
   * @param tensors the first layer's keys and values [B,K,W], the second's, and so on
   */
  private record State(NDArray mask, ImmutableList<NDArray> tensors) {
    void close() {
      mask.close();
      tensors.forEach(NDArray::close);
    }
  }

  /** An empty cache; what it keeps belongs to it. */
  public KeyValueCache(NDManager parent) {
    this.manager = parent.newSubManager();
  }

  /** Tokens a row, padding counted; K. */
  public int length() {
    return state == null ? 0 : Math.toIntExact(state.mask().getShape().get(1));
  }

  /** Rows, B; 0 as long as it is empty. */
  public int rows() {
    return state == null ? 0 : Math.toIntExact(state.mask().getShape().get(0));
  }

  /** Bytes of keys and values. */
  public long bytes() {
    return state == null
        ? 0
        : state.tensors().stream()
            .mapToLong(each -> each.size() * each.getDataType().getNumOfBytes())
            .sum();
  }

  /** Arrays that it holds. */
  int arrays() {
    return manager.getManagedArrays().size();
  }

  /** The mask of what is kept [B,K]; null as long as it is empty. */
  @Nullable
  NDArray mask() {
    return state == null ? null : state.mask();
  }

  /**
   * Keys or values of all tokens, those of a pass behind those kept. Blocks ask in one order in
   * every pass.
   *
   * @param added of the pass's tokens [B,S,W]
   * @return [B,K+S,W]
   */
  NDArray extended(NDArray added) {
    int index = pending.size();
    NDArray all = state == null ? added.duplicate() : state.tensors().get(index).concat(added, 1);
    pending.add(kept(all));
    return all;
  }

  /** Checks that rows follow the rows that are kept. */
  void check(NDArray mask) {
    if (state != null && mask.getShape().get(0) != rows()) {
      throw new IllegalArgumentException("A batch of " + mask.getShape().get(0)
          + " rows does not follow the " + rows() + " rows that the cache keeps");
    }
  }

  /** Keeps what a pass has added. */
  void commit(NDArray mask) {
    State before = state;
    NDArray all =
        before == null ? mask.duplicate() : NDArrays.concat(new NDList(before.mask(), mask), 1);
    state = new State(kept(all), ImmutableList.copyOf(pending));
    pending.clear();
    if (before != null) {
      before.close();
    }
  }

  /** Forgets what a pass has added. */
  void rollback() {
    pending.forEach(NDArray::close);
    pending.clear();
  }

  /**
   * Keeps only some rows, in the given order; a row may be taken more than once.
   *
   * @param rows numbers of rows as they are, from 0; at least one
   */
  public void select(int... rows) {
    State before = state;
    if (before == null || rows.length == 0) {
      throw new IllegalArgumentException(
          "No rows " + Arrays.toString(rows) + " in a cache of " + rows() + " rows");
    }
    for (int row : rows) {
      if (row < 0 || row >= rows()) {
        throw new IllegalArgumentException("No row (" + row + ") in a cache of " + rows());
      }
    }
    try (NDArray index = manager.create(Arrays.stream(rows).asLongStream().toArray())) {
      ImmutableList.Builder<NDArray> tensors = ImmutableList.builder();
      before.tensors().forEach(each -> tensors.add(rows(each, index)));
      state = new State(rows(before.mask(), index), tensors.build());
    }
    before.close();
  }

  private NDArray rows(NDArray tensor, NDArray index) {
    Shape shape = tensor.getShape();
    Shape flat = new Shape(shape.get(0), shape.size() / shape.get(0));
    long[] taken = shape.getShape().clone();
    taken[0] = index.size();
    try (NDArray table = tensor.reshape(flat);
        NDArray found = kernels.embedding(index, table)) {
      return kept(found.reshape(new Shape(taken)));
    }
  }

  /** It outlives the pass's scope, if there is one. */
  private NDArray kept(NDArray array) {
    NDScope.unregister(array);
    array.attach(manager);
    return array;
  }

  @Override
  public void close() {
    manager.close();
    state = null;
  }
}
