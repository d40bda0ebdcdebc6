package dev.retort.supernet.generate;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.ImmutableIntArray;

/**
 * What is written on from.
 *
 * @param ids its tokens, at least one
 * @param occurrence how many prompts before it have the same tokens
 */
record Prompt(ImmutableIntArray ids, int occurrence) {
  /** A text that other prompts do not have, as good as certainly. */
  String digest() {
    Hasher hasher = Hashing.sha256().newHasher();
    ids.forEach(hasher::putInt);
    return hasher.hash().toString();
  }
}
