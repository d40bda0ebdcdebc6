package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.Architecture;
import dev.retort.space.NearestName;
import dev.retort.space.TensorSpec;
import dev.retort.space.UserException;
import dev.retort.supernet.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads exactly the tensors of an architecture from a file; all that does not fit is listed. */
final class StoredWeights {
  private static final int MOST_LISTED = 10;

  private StoredWeights() {}

  /**
   * The weights of an architecture.
   *
   * @param found the file's tensors by the name that the blueprint would give them
   */
  static Weights load(
      Architecture architecture,
      TensorStore store,
      Map<String, StoredTensor> found,
      NDManager manager) {
    check(architecture, store, found);
    Map<String, List<StoredTensor>> byEntry = new LinkedHashMap<>();
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      StoredTensor stored = found.get(spec.name());
      if (stored == null) {
        throw new IllegalStateException("Tensor passed the check and is gone (" + spec + ")");
      }
      byEntry.computeIfAbsent(stored.entry().name(), name -> new ArrayList<>()).add(stored);
    }
    Map<String, NDArray> loaded = new LinkedHashMap<>();
    try {
      byEntry.forEach((name, parts) -> load(store, name, parts, manager, loaded));
      return Weights.of(architecture, loaded);
    } catch (RuntimeException e) {
      loaded.values().forEach(NDArray::close);
      throw e;
    }
  }

  /** Reads a tensor of the file once, whatever it holds. */
  private static void load(
      TensorStore store,
      String name,
      List<StoredTensor> parts,
      NDManager manager,
      Map<String, NDArray> loaded) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray whole = store.load(scratch, name);
      for (StoredTensor stored : parts) {
        NDArray part = stored.part().of(whole);
        part.attach(manager);
        loaded.put(stored.part().tensor(), part);
      }
    }
  }

  private static void check(
      Architecture architecture, TensorStore store, Map<String, StoredTensor> found) {
    List<String> faults = new ArrayList<>();
    Map<String, TensorSpec> expected = architecture.blueprint().byName();
    List<String> missing =
        expected.keySet().stream().filter(each -> !found.containsKey(each)).toList();
    List<String> unexpected =
        found.keySet().stream().filter(each -> !expected.containsKey(each)).toList();
    for (String name : missing) {
      if (faults.size() < MOST_LISTED) {
        faults.add("missing " + name
            + hint("the file has ", NearestName.of(name, unexpected).orElse(null)));
      }
    }
    for (String name : unexpected) {
      if (faults.size() < MOST_LISTED) {
        String nearest = NearestName.of(name, missing.isEmpty() ? expected.keySet() : missing)
            .orElse(null);
        faults.add("unexpected " + Quoted.of(name) + hint("nearest is ", nearest));
      }
    }
    int total = missing.size() + unexpected.size();
    for (TensorSpec spec : expected.values()) {
      StoredTensor stored = found.get(spec.name());
      if (stored == null) {
        continue;
      }
      TensorEntry entry = stored.entry();
      Shape shape = new Shape(spec.shape());
      String fault = null;
      if (!shape.equals(stored.part().shape(entry.shape()))) {
        fault = stored.part().describe(spec.name(), entry) + ", needs " + shape;
      } else if (entry.type().loaded() != TensorType.Loaded.FLOAT32) {
        fault = spec.name() + " has dtype " + entry.type() + ", needs a float";
      }
      if (fault != null) {
        total++;
        if (faults.size() < MOST_LISTED) {
          faults.add(fault);
        }
      }
    }
    if (total > 0) {
      throw new UserException(
          UserException.Kind.INPUT,
          store.path() + ": does not hold the weights of " + architecture + ":\n  "
              + String.join("\n  ", faults)
              + (total > faults.size() ? "\n  and " + (total - faults.size()) + " more" : "")
              + "\nUse the weights and the configuration of one and the same model.");
    }
  }

  private static String hint(String words, @Nullable String name) {
    return name == null ? "" : " (" + words + Quoted.of(name) + ")";
  }
}
