package dev.retort.supernet.format;

import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folders that are whole or absent, whenever the process is killed or the power fails.
 *
 * <p>A folder is written as {@code NAME.tmp-PID-NONCE} beside its place; each file is synced, then
 * {@code manifest.json} with the size and SHA-256 of every file, then the folder is renamed and its
 * parent synced. Replacing renames the old folder aside first; if the process dies between the two
 * renames, the next {@link #write} or {@link #cleanStray} puts the new one in its place.
 */
public final class WholeFolder {
  /** The file that makes a folder whole. */
  public static final String MANIFEST = "manifest.json";

  /** What a folder shall hold. */
  @FunctionalInterface
  public interface Contents {
    /** Writes the files of the folder. */
    void write(FolderWriter folder) throws IOException;
  }

  /** What to do when the place is taken. */
  public enum Existing {
    /** Leave it and fail. */
    REFUSE,
    /** Replace it, if Retort wrote it or it is empty. */
    REPLACE
  }

  private WholeFolder() {}

  /** Writes a new folder; see {@link #write(Path, Existing, Contents)}. */
  public static void write(Path target, Contents contents) {
    write(target, Existing.REFUSE, contents);
  }

  /**
   * Writes a folder: afterwards it is there whole, or, when this throws, as it was before. Missing
   * parents are created.
   *
   * @param target where
   * @param existing what to do when something is there
   * @param contents writes the files
   * @throws UserException when it cannot be written, or when the place is taken
   */
  public static void write(Path target, Existing existing, Contents contents) {
    write(FileOperations.real(), target, existing, contents);
  }

  static void write(FileOperations files, Path target, Existing existing, Contents contents) {
    Path place = target.toAbsolutePath().normalize();
    Path parent = place.getParent();
    if (parent == null) {
      throw new UserException(
          UserException.Kind.INPUT, target + ": is no place for a folder. Give another one.");
    }
    try {
      createFolders(files, parent);
      StrayFolders.settle(files, parent, place.getFileName().toString());
      boolean taken = Files.exists(place, LinkOption.NOFOLLOW_LINKS);
      if (taken) {
        checkReplaceable(target, place, existing);
      }
      Path temporary = StrayFolders.reserve(place);
      try {
        files.createFolder(temporary);
        FolderWriter writer = new FolderWriter(files, temporary);
        contents.write(writer);
        writer.finish();
        Path aside = StrayFolders.aside(temporary);
        if (taken) {
          files.move(place, aside);
        }
        files.move(temporary, place);
        files.sync(parent);
        if (taken) {
          delete(files, aside);
        }
      } catch (IOException | RuntimeException e) {
        discard(files, temporary, e);
        throw e;
      } finally {
        StrayFolders.release(temporary);
      }
    } catch (IOException e) {
      throw DiskFailure.explain(target, e);
    }
  }

  private static void checkReplaceable(Path target, Path place, Existing existing)
      throws IOException {
    if (existing == Existing.REFUSE) {
      throw new UserException(
          UserException.Kind.INPUT,
          target + ": exists already. Choose another place, or remove it first.");
    }
    boolean ours = Files.isRegularFile(place.resolve(MANIFEST));
    if (!ours && !(Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS) && isEmpty(place))) {
      throw new UserException(
          UserException.Kind.INPUT,
          target + ": exists and is no folder that Retort wrote, so it is not replaced."
              + " Choose another place.");
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private static void createFolders(FileOperations files, Path folder) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = folder; at != null && !Files.isDirectory(at); at = at.getParent()) {
      missing.push(at);
    }
    for (Path each : missing) {
      try {
        files.createFolder(each);
      } catch (FileAlreadyExistsException e) {
        // Another worker, which writes a folder beside ours, may have made it since we looked.
        if (!Files.isDirectory(each)) {
          throw e;
        }
      }
      Path parent = each.getParent();
      if (parent != null) {
        files.sync(parent);
      }
    }
  }

  /** Removes what a failed write left; its own failure is told beside the first. */
  private static void discard(FileOperations files, Path temporary, Exception cause) {
    try {
      if (Files.isDirectory(temporary)) {
        delete(files, temporary);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Deletes a folder and all in it; the manifest first, so that no torso looks whole. */
  static void delete(FileOperations files, Path folder) throws IOException {
    Path manifest = folder.resolve(MANIFEST);
    if (Files.isRegularFile(manifest, LinkOption.NOFOLLOW_LINKS)) {
      files.delete(manifest);
    }
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      files.delete(each);
    }
  }

  /**
   * Deletes a folder, its manifest first, so that a half-deleted one is no longer whole.
   *
   * @throws UserException when it cannot be deleted
   */
  public static void delete(Path folder) {
    try {
      delete(FileOperations.real(), folder);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.RESOURCE,
          folder + ": cannot be deleted (" + e.getMessage() + "). Delete it by hand.",
          e);
    }
  }

  /**
   * Reads every file of a folder again and compares it with the manifest. Other files beside them
   * are left alone.
   *
   * @throws UserException when the folder is not whole; the message names the file
   */
  public static void verify(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UserException(
          UserException.Kind.INPUT, folder + ": there is no such folder. Check the path.");
    }
    FolderManifest.read(folder).check(folder);
  }

  /** Whether a folder is whole: {@link #verify} would pass. Reads every file. */
  public static boolean isWhole(Path folder) {
    try {
      verify(folder);
      return true;
    } catch (UserException e) {
      return false;
    }
  }

  /**
   * Clears a folder of what dead processes left in it: removes half-written folders, finishes
   * half-done replacements. Folders that a living process writes are left alone.
   *
   * @throws UserException when something cannot be removed
   */
  public static void cleanStray(Path parent) {
    cleanStray(FileOperations.real(), parent);
  }

  static void cleanStray(FileOperations files, Path parent) {
    try {
      if (Files.isDirectory(parent)) {
        StrayFolders.settle(files, parent.toAbsolutePath().normalize(), null);
      }
    } catch (IOException e) {
      throw DiskFailure.explain(parent, e);
    }
  }
}
