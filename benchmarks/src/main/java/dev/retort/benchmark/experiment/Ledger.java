package dev.retort.benchmark.experiment;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The trials that were run, a file each: what is there is not run again, so that a stopped
 * experiment goes on and a new entrant costs only itself. A file's name is a hash of all that the
 * trial depends on but the program.
 *
 * @param folder where they are kept
 */
record Ledger(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A trial that was run before; null where there is none. */
  @Nullable
  Trial find(Fixture fixture, Entrant entrant, long seed) {
    Path file = file(fixture, entrant, seed);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return Trial.of(JSON.readValue(file.toFile(), new TypeReference<Map<String, Double>>() {}));
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  /** Keeps a trial. */
  void keep(Fixture fixture, Entrant entrant, long seed, Trial trial) {
    Path file = file(fixture, entrant, seed);
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "trial", ".part");
      JSON.writeValue(part.toFile(), trial.measures());
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  private Path file(Fixture fixture, Entrant entrant, long seed) {
    String all = fixture.about() + "\n" + entrant.key() + "\n" + seed;
    String hash =
        Hashing.sha256().hashString(all, StandardCharsets.UTF_8).toString().substring(0, 16);
    return folder.resolve(entrant.name() + "-" + seed + "-" + hash + ".json");
  }

  private static UserException unusable(Path file, IOException e) {
    return new UserException(
        UserException.Kind.INPUT,
        file + ": cannot be read or written (" + e.getMessage()
            + "). Give another --work, or delete the file to run this trial again.",
        e);
  }
}
