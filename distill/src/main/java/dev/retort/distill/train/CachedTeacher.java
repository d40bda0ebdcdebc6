package dev.retort.distill.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.retort.data.Batch;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.ImageBatch;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A teacher whose outputs for the examples of a data set are computed once and kept on disk: logits
 * [B,C], hidden states [B,S,H], maps and vectors, each in a folder of its own below one that is
 * named by a hash of teacher and data. The first time that something is asked for, it is computed
 * for all examples, in an order of its own: whoever reads it later, in whatever batches, gets the
 * same numbers.
 *
 * <p>This is sound only where the examples are given as they are: a batch that was altered at
 * random has other outputs. It does not know; who makes it must.
 */
public final class CachedTeacher implements Teacher {
  private static final String LOGITS = "logits";

  /** One computes a folder while others that want it wait. */
  private static final Map<Path, Object> LOCKS = new ConcurrentHashMap<>();

  private final Teacher teacher;
  private final Dataset<?> data;
  private final Path folder;
  private final int batch;
  private final Consumer<String> notes;
  private final Map<String, OutputFile> open = new ConcurrentHashMap<>();

  /** Where the example of a batch's index stands in the data set, which may be part of another. */
  private final Map<Integer, Integer> places = new HashMap<>();

  /**
   * A teacher with a cache.
   *
   * @param teacher whom it asks
   * @param identity what the teacher is, to the bit: {@link #identity}
   * @param data the examples that batches hold, by their indices
   * @param root where caches are kept
   * @param batch examples at once while outputs are computed
   * @param notes told in a line what is computed
   */
  public CachedTeacher(
      Teacher teacher,
      HashCode identity,
      Dataset<?> data,
      Path root,
      int batch,
      Consumer<String> notes) {
    this.teacher = teacher;
    this.data = data;
    this.batch = batch;
    this.notes = notes;
    this.folder = root.resolve(key(identity));
  }

  /** A hash of the weights of a network, names and bytes. */
  public static HashCode identity(Weights weights) {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putString(weights.architecture().toString(), StandardCharsets.UTF_8);
    new TreeMap<>(weights.tensors()).forEach((name, tensor) -> {
      hasher.putString(name, StandardCharsets.UTF_8);
      hasher.putBytes(tensor.toByteBuffer());
    });
    return hasher.hash();
  }

  private String key(HashCode identity) {
    Hasher hasher = Hashing.sha256().newHasher().putBytes(identity.asBytes());
    // The bytes are wanted: no device but the host.
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      for (int[] indices : BatchPlan.sequential(data, batch)) {
        try (NDManager own = manager.newSubManager()) {
          Batch each = data.batch(own, indices, null);
          for (int i = 0; i < indices.length; i++) {
            hasher.putInt(indices[i]);
            places.put(each.indices()[i], indices[i]);
          }
          if (each instanceof TextBatch text) {
            hasher.putBytes(text.ids().toByteBuffer()).putBytes(text.types().toByteBuffer());
            hasher.putBytes(text.mask().toByteBuffer());
          } else {
            hasher.putBytes(((ImageBatch) each).pixels().toByteBuffer());
          }
        }
      }
    }
    return hasher.hash().toString().substring(0, 32);
  }

  @Override
  public Architecture architecture() {
    return teacher.architecture();
  }

  @Override
  public Outputs outputs(Batch asked, boolean logits, ImmutableSet<Tap> taps) {
    NDArray mask = asked.mask();
    int length = mask == null ? 1 : Math.toIntExact(mask.getShape().get(1));
    NDManager owner = asked.labels().getManager();
    int[] indices = Arrays.stream(asked.indices()).map(this::place).toArray();
    ImmutableMap.Builder<Tap, NDArray> read = ImmutableMap.builder();
    for (Tap tap : taps) {
      OutputFile kept = kept(tap.name(), owner.getDevice(), each -> teacher
          .outputs(each, false, ImmutableSet.of(tap))
          .tap(tap));
      read.put(tap, kept.rows(owner, indices, length));
    }
    NDArray answers = logits
        ? kept(LOGITS, owner.getDevice(), each -> teacher
                .outputs(each, true, ImmutableSet.of())
                .requireLogits())
            .rows(owner, indices, length)
        : null;
    return new Outputs(answers, read.buildOrThrow());
  }

  private int place(int index) {
    Integer place = places.get(index);
    if (place == null) {
      throw new IllegalArgumentException(
          "No example (" + index + ") in a data set of " + data.size() + " whose outputs are kept");
    }
    return place;
  }

  /** What is kept of one output, computed first where it is not there. */
  private OutputFile kept(String name, Device device, Function<Batch, NDArray> output) {
    OutputFile ready = open.get(name);
    if (ready != null) {
      return ready;
    }
    Path place = folder.resolve(name);
    synchronized (LOCKS.computeIfAbsent(place.toAbsolutePath(), any -> new Object())) {
      if (!Files.isDirectory(place)) {
        notes.accept("the teacher's " + name + " for " + data.size()
            + " examples is computed once and kept in " + place);
        OutputFile.write(place, data, batch, device, output);
      }
      OutputFile found = OutputFile.open(place, data);
      open.put(name, found);
      return found;
    }
  }
}
