package dev.retort.distill.train;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A Java process with this one's class path and one native thread. */
final class ChildJvm {
  private ChildJvm() {}

  /** Starts a main class; its standard output is read by the caller. */
  static Process start(Class<?> main, List<String> flags, String... arguments) throws IOException {
    return new ProcessBuilder(ImmutableList.<String>builder()
            .add(Path.of(System.getProperty("java.home"), "bin", "java").toString())
            .addAll(flags)
            .add("-XX:TieredStopAtLevel=1")
            .add("-Dai.djl.pytorch.num_threads=1", "-Dai.djl.pytorch.num_interop_threads=1")
            .add("-cp", System.getProperty("java.class.path"))
            .add(main.getName())
            .add(arguments)
            .build())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
