package dev.retort.supernet.kernel;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scripted functions of this package, loaded once for the process. */
final class ScriptedModule {
  private static final Logger LOG = LoggerFactory.getLogger(ScriptedModule.class);
  private static final ThreadLocal<Boolean> PLAIN_EXECUTOR = ThreadLocal.withInitial(() -> {
    // Shapes change with every sub-network: the optimising executor would specialise anew.
    JniUtils.setGraphExecutorOptimize(false);
    return true;
  });

  /**
   * Of the host, wherever arguments are: the module has no tensors of its own, and numbers that a
   * function takes out of their arrays are then there without waiting for a GPU.
   */
  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

  private final Map<String, NDArray> methods = new ConcurrentHashMap<>();
  private final Map<Integer, NDArray> integers = new ConcurrentHashMap<>();
  private final PtSymbolBlock block;

  private ScriptedModule(String source) {
    try {
      block = JniUtils.loadModule(
          (PtNDManager) manager, new ByteArrayInputStream(ScriptArchive.of(source)), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException("The scripted kernels could not be loaded", e);
    }
  }

  private static final class Holder {
    private static final ScriptedModule MODULE = new ScriptedModule("kernels.torchscript");
  }

  private static final class EncoderHolder {
    private static final @Nullable ScriptedModule MODULE = encoderOrNull();
  }

  /** What every engine can do. */
  static ScriptedModule instance() {
    return Holder.MODULE;
  }

  /** Whole layers of Transformers on CPUs; null where the engine was built without oneDNN. */
  static @Nullable ScriptedModule encoder() {
    return EncoderHolder.MODULE;
  }

  private static @Nullable ScriptedModule encoderOrNull() {
    try {
      return new ScriptedModule("encoder.torchscript");
    } catch (EngineException e) {
      LOG.info("Layers are computed operation by operation: {}", e.getMessage());
      return null;
    }
  }

  /**
   * A whole number as an argument, on the host: scripted functions that pass gradients take tensors
   * only.
   */
  NDArray integer(int value) {
    return integers.computeIfAbsent(value, each -> kept(manager.create(each)));
  }

  /** Calls a differentiable function; the result belongs to the first argument's manager. */
  NDArray call(String method, NDArray... arguments) {
    PLAIN_EXECUTOR.get();
    NDList inputs = new NDList(arguments.length + 1);
    inputs.addAll(Arrays.asList(arguments));
    inputs.add(methods.computeIfAbsent(method, this::method));
    return IValueUtils.forward(block, inputs, true).singletonOrThrow();
  }

  private NDArray method(String name) {
    NDArray array = kept(manager.create(0f));
    array.setName("module_method:" + name);
    return array;
  }

  /** Outlives the scope that it happens to be made in. */
  private static NDArray kept(NDArray array) {
    NDScope.unregister(array);
    return array;
  }

  /**
   * Calls a function that records nothing and changes its arguments in place.
   *
   * @param arguments lists of arrays ({@code NDArray[]}) and numbers ({@code Double})
   */
  NDArray run(String method, NDManager results, Object... arguments) {
    PLAIN_EXECUTOR.get();
    IValue[] values = Arrays.stream(arguments).map(ScriptedModule::value).toArray(IValue[]::new);
    try (IValue result = IValueUtils.runMethod(block, method, values)) {
      return result.toTensor((PtNDManager) results);
    } finally {
      Arrays.stream(values).forEach(IValue::close);
    }
  }

  /**
   * Calls a function that records nothing and returns a list.
   *
   * @param arguments arrays, lists of arrays ({@code NDArray[]}), numbers ({@code Double}, {@code
   *     Long}, {@code Boolean}) and words ({@code String})
   */
  NDArray[] list(String method, NDManager results, Object... arguments) {
    PLAIN_EXECUTOR.get();
    IValue[] values = Arrays.stream(arguments).map(ScriptedModule::value).toArray(IValue[]::new);
    try (IValue result = IValueUtils.runMethod(block, method, values)) {
      return result.toTensorArray((PtNDManager) results);
    } finally {
      Arrays.stream(values).forEach(IValue::close);
    }
  }

  /** Whether an array has a graph or is a leaf; the binding's own answer is of leaves alone. */
  boolean requiresGradient(NDArray array) {
    try (IValue argument = IValue.from((PtNDArray) array);
        IValue result = IValueUtils.runMethod(block, "requires_gradient", argument)) {
      return result.toBoolean();
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof Double number) {
      return IValue.from(number);
    }
    if (argument instanceof Long number) {
      return IValue.from(number);
    }
    if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    }
    if (argument instanceof String word) {
      return IValue.from(word);
    }
    if (argument instanceof PtNDArray array) {
      return IValue.from(array);
    }
    return IValue.listFrom(
        Arrays.stream((NDArray[]) argument).map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
  }
}
