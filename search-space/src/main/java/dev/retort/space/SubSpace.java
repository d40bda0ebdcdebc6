package dev.retort.space;

/**
 * A named part of a partition: what one super-net holds.
 *
 * @param name its name, also of its folder: small letters, digits, {@code -} and {@code _}
 * @param space the architectures
 */
public record SubSpace(String name, SearchSpace space) {
  /** Checks that the name can be a folder's. */
  public SubSpace {
    if (!name.matches("[a-z0-9][a-z0-9_-]{0,63}")) {
      throw new IllegalArgumentException("A sub-space's name has small letters, digits, - and _,"
          + " and at most 64 of them, not (" + name + ")");
    }
  }
}
