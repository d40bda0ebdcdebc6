package dev.retort.distill.train;

import ai.djl.Device;
import ai.djl.pytorch.engine.PtDeviceType;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A device that says it is a GPU and records what is made on it, sent to it, read from it and made
 * elsewhere. The engine computes on the CPU all the while, so that numbers can be compared; what
 * code does because it finds a GPU is done.
 *
 * <p>What it cannot see: waits inside the engine's own functions, and whether an operation refuses
 * arrays of two devices (to the engine there is one). The second is why it watches where arrays are
 * made.
 */
final class RecordingDevice extends Device.MultiDevice implements AutoCloseable {
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  /** What happened to an array. */
  enum Kind {
    /** Made on the device without numbers from the host. */
    MADE,
    /** Copied there from the host. */
    SENT,
    /** Copied to the host: the host waits for all that was asked of the device before. */
    READ,
    /** Made somewhere else. */
    ELSEWHERE
  }

  /** Where it happened: the first method of ours, as Class.method. */
  record Event(Kind kind, String place) {}

  private final List<Event> events = new ArrayList<>();

  private RecordingDevice() {
    super(Device.gpu());
    this.deviceType = Type.GPU;
    this.deviceId = -1;
  }

  /** Begins; ends with {@link #close}. Arrays that were made before must not be used meanwhile. */
  static RecordingDevice begin() {
    RecordingDevice device = new RecordingDevice();
    known().put(Type.GPU + "--1", device); // what Device.of gives for arrays that are asked
    PtDeviceType.watch(new PtDeviceType.Watcher() {
      @Override
      public int number(Device asked) {
        device.record(asked);
        return 0;
      }

      @Override
      public String name(int number) {
        return Type.GPU;
      }
    });
    return device;
  }

  /** The devices that DJL hands out, by type and number. */
  @SuppressWarnings("unchecked")
  private static Map<String, Device> known() {
    try {
      Field cache = Device.class.getDeclaredField("CACHE");
      cache.setAccessible(true);
      return (Map<String, Device>) cache.get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("DJL keeps its devices elsewhere", e);
    }
  }

  private void record(Device asked) {
    List<StackWalker.StackFrame> frames = WALKER.walk(all -> all.toList());
    String engine = frames.stream()
        .filter(each -> each.getClassName().equals("ai.djl.pytorch.jni.JniUtils"))
        .findFirst()
        .map(StackWalker.StackFrame::getMethodName)
        .orElse("");
    if (engine.startsWith("loadModule")) {
      return; // functions, no arrays
    }
    String place = frames.stream()
        .filter(each -> each.getClassName().startsWith("dev.retort."))
        .filter(each -> !each.getClassName().startsWith(RecordingDevice.class.getName()))
        .findFirst()
        .map(each -> each.getDeclaringClass().getSimpleName() + "." + each.getMethodName())
        .orElse("?");
    boolean here = asked == this;
    Kind kind;
    if (engine.equals("to")) {
      if (here) {
        return; // another type of number, in place
      }
      kind = Kind.READ;
    } else if (!here) {
      kind = Kind.ELSEWHERE;
    } else {
      kind = engine.equals("createNdFromByteBuffer") ? Kind.SENT : Kind.MADE;
    }
    events.add(new Event(kind, place));
  }

  /** Where something happened, in order, since the last {@link #forget}. */
  List<String> places(Kind kind) {
    return events.stream().filter(each -> each.kind() == kind).map(Event::place).toList();
  }

  /** Begins anew. */
  void forget() {
    events.clear();
  }

  /**
   * True to whoever decides by it what to compute. Not to the binding itself, which keeps hold of
   * Java memory that arrays lie in only where the device is none: here they do lie in it.
   */
  @Override
  public boolean isGpu() {
    return !WALKER.getCallerClass().getName().startsWith("ai.djl.pytorch.");
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public void close() {
    PtDeviceType.watch(null);
    known().remove(Type.GPU + "--1");
  }
}
