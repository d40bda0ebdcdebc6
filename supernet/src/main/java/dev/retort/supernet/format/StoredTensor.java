package dev.retort.supernet.format;

/**
 * Where a tensor of a blueprint lies in a file.
 *
 * @param entry the file's tensor
 * @param part which part of it
 */
record StoredTensor(TensorEntry entry, TensorPart part) {
  /** A tensor of the file as it is. */
  static StoredTensor whole(String tensor, TensorEntry entry) {
    return new StoredTensor(entry, TensorPart.whole(tensor));
  }
}
