package dev.retort.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.cuda.CudaUtils;
import dev.retort.space.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What there is to compute on beside the cores, and whether the engine at hand can use it. */
final class Accelerators {
  /** Where Linux says which driver of NVIDIA it has loaded. */
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

  private static final String HOW = "docs/recipes.md, \"On a GPU\", says how to get one for CUDA";

  private Accelerators() {}

  /** The facts, in the order in which one thing needs the other. */
  static Map<String, String> facts(Engine engine) {
    Map<String, String> facts = new LinkedHashMap<>();
    boolean built = engine.hasCapability(StandardCapabilities.CUDA);
    int seen = CudaUtils.getGpuCount();
    facts.put("nvidia-driver", driver());
    facts.put("cuda-runtime", runtime(seen));
    facts.put("engine-build", (built ? "CUDA" : "CPU only") + " (" + folder() + ")");
    facts.put("gpus", gpus(built, seen));
    facts.put("device", device(engine));
    return facts;
  }

  /** Where a recipe with {@code device: auto} computes: {@code cpu}, or {@code gpu}. */
  static String device(Engine engine) {
    return engine.getGpuCount() > 0 ? "gpu" : "cpu";
  }

  private static String driver() {
    if (!Files.isReadable(DRIVER)) {
      return "none found";
    }
    try (var lines = Files.lines(DRIVER)) {
      return lines.findFirst().orElse("unknown").replaceAll("\\s+", " ").strip();
    } catch (IOException e) {
      return "unknown (" + e.getMessage() + ")";
    }
  }

  /** What DJL finds by libcudart, by which alone it knows of GPUs. */
  private static String runtime(int seen) {
    try {
      int version = CudaUtils.getCudaVersion();
      return version / 1000 + "." + version / 10 % 100 + (seen == 0 ? ", sees no GPU" : "");
    } catch (IllegalStateException | IllegalArgumentException e) {
      return "none found (no libcudart where the system looks for libraries)";
    } catch (EngineException e) {
      return "does not answer (" + e.getMessage() + ")";
    }
  }

  /** The last folder of the engine's libraries: DJL names its own VERSION-FLAVOUR-SYSTEM. */
  private static String folder() {
    Path name = Path.of(LibUtils.getLibtorchPath()).getFileName();
    return name == null ? "unknown" : name.toString();
  }

  private static String gpus(boolean built, int seen) {
    if (seen == 0) {
      return "none";
    }
    if (!built) {
      return seen + ", but this engine cannot use them: " + HOW;
    }
    StringBuilder all = new StringBuilder().append(seen);
    for (int i = 0; i < seen; i++) {
      String capability = CudaUtils.getComputeCapability(i);
      int end = capability.length() - 1;
      all.append(i == 0 ? ": " : "; ")
          .append("compute capability ")
          .append(capability, 0, end)
          .append('.')
          .append(capability, end, end + 1)
          .append(", ")
          .append(Quantity.bytes(CudaUtils.getGpuMemory(Device.gpu(i)).getMax()));
    }
    return all.toString();
  }
}
