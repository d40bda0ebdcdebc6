package dev.retort.data;

/** A list of examples with a stable order. Safe for use by several threads. */
public interface Dataset {
  /** Number of examples. */
  int size();

  /** The example at an index from 0. */
  Example get(int index);

  /** Number of tokens of an example, for bucketing; cheaper than {@link #get}. */
  default int length(int index) {
    return get(index).ids().length;
  }

  /** The label of an example: class index, score, or NaN without a label. */
  default float label(int index) {
    return get(index).label();
  }
}
