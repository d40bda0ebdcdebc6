package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.UserException;
import dev.retort.supernet.format.SafetensorsFile;
import dev.retort.supernet.format.TensorEntry;
import dev.retort.supernet.format.WholeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checkpoints as folders {@code step-000400} that are whole or absent, with {@code
 * weights.safetensors}, {@code optimizer.safetensors} and {@code manifest.json}. The newest few are
 * kept. One that was saved between two regular steps, since the training was told to stop, is kept
 * until there is a newer one and takes the place of none: what a stopped training ends with is what
 * it would have ended with.
 *
 * <p>Both files carry the step and the identity of the stage, so that a checkpoint of another run
 * is refused instead of continued.
 */
public final class FolderCheckpoints implements Checkpoints {
  private static final Pattern NAME = Pattern.compile("step-(\\d{6,18})");
  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";

  private final Path folder;
  private final int keep;
  private final long every;
  private final String identity;
  private final Consumer<String> warnings;

  /**
   * The checkpoints of one stage.
   *
   * @param folder where they lie
   * @param keep how many are kept, at least 1
   * @param every the steps from one regular checkpoint to the next; 0: there are none but the last
   * @param identity what the stage is: a checkpoint with another one is refused
   * @param warnings told of checkpoints that are broken and passed over
   */
  public FolderCheckpoints(
      Path folder, int keep, long every, String identity, Consumer<String> warnings) {
    if (keep < 1) {
      throw new IllegalArgumentException("checkpoint.keep must be 1 or more, not (" + keep + ")");
    }
    this.folder = folder;
    this.keep = keep;
    this.every = every;
    this.identity = identity;
    this.warnings = warnings;
  }

  @Override
  public Optional<TrainingState> latest(NDManager manager) {
    WholeFolder.cleanStray(folder);
    for (Path each : newestFirst()) {
      try {
        WholeFolder.verify(each);
      } catch (UserException e) {
        warnings.accept(e.getMessage() + " The checkpoint before it is taken.");
        continue;
      }
      TrainingState state = read(each, manager);
      // A process that was stopped between saving and this has left them.
      deleteOlder(newestFirst(), step(each));
      return Optional.of(state);
    }
    return Optional.empty();
  }

  private TrainingState read(Path checkpoint, NDManager manager) {
    SafetensorsFile weights = SafetensorsFile.open(checkpoint.resolve(WEIGHTS));
    String found = weights.metadata().getOrDefault("identity", "");
    if (!found.equals(identity)) {
      throw new UserException(
          UserException.Kind.INPUT,
          checkpoint + ": belongs to another stage (" + found + "), this one is (" + identity
              + "). Give another output folder.");
    }
    SafetensorsFile optimizer = SafetensorsFile.open(checkpoint.resolve(OPTIMIZER));
    return new TrainingState(
        number(checkpoint, weights, "step"),
        Math.toIntExact(number(checkpoint, weights, "skipped")),
        load(weights, manager),
        load(optimizer, manager));
  }

  private static long number(Path checkpoint, SafetensorsFile file, String key) {
    String text = file.metadata().getOrDefault(key, "");
    if (!text.matches("[0-9]{1,18}")) {
      throw new UserException(
          UserException.Kind.INPUT,
          checkpoint + ": " + WEIGHTS + " has no number in its metadata for " + key + ", found ("
              + text + "). Delete that folder, or give another output folder.");
    }
    return Long.parseLong(text);
  }

  private static ImmutableMap<String, NDArray> load(SafetensorsFile file, NDManager manager) {
    ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
    for (TensorEntry entry : file.entries()) {
      tensors.put(entry.name(), file.load(manager, entry.name()));
    }
    return tensors.buildOrThrow();
  }

  @Override
  public void save(TrainingState state) {
    Path target = folder.resolve(String.format(Locale.ROOT, "step-%06d", state.step()));
    ImmutableMap<String, String> metadata = ImmutableMap.of(
        "identity", identity,
        "step", Long.toString(state.step()),
        "skipped", Integer.toString(state.skipped()));
    if (Files.isDirectory(target) && !WholeFolder.isWhole(target)) {
      WholeFolder.delete(target);
    }
    WholeFolder.write(target, WholeFolder.Existing.REPLACE, writer -> {
      writer.tensors(WEIGHTS, state.weights(), metadata);
      writer.tensors(OPTIMIZER, state.optimizer(), metadata);
    });
    prune(state.step());
  }

  /** Those after the saved one were passed over as broken: they must not crowd out whole ones. */
  private void prune(long saved) {
    List<Path> all = newestFirst();
    all.stream()
        .filter(each -> step(each) > saved && !WholeFolder.isWhole(each))
        .forEach(WholeFolder::delete);
    deleteOlder(all, saved);
  }

  /** Of those before a step, all but the newest regular ones that are kept beside it. */
  private void deleteOlder(List<Path> newestFirst, long than) {
    List<Path> older = newestFirst.stream().filter(each -> step(each) < than).toList();
    List<Path> kept =
        older.stream().filter(each -> regular(step(each))).limit(keep - 1).toList();
    older.stream().filter(each -> !kept.contains(each)).forEach(WholeFolder::delete);
  }

  private boolean regular(long step) {
    return every > 0 && step % every == 0;
  }

  private List<Path> newestFirst() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(each -> step(each) >= 0)
          .sorted(Comparator.comparingLong(FolderCheckpoints::step).reversed())
          .toList();
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          folder + ": cannot be listed (" + e.getMessage() + "). Check its permissions.",
          e);
    }
  }

  private static long step(Path path) {
    Matcher matcher = NAME.matcher(path.getFileName().toString());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }
}
