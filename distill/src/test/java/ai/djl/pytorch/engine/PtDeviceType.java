package ai.djl.pytorch.engine;

import ai.djl.Device;

/**
 * Stands in tests in the place of DJL's class of this name, which every array that is made and
 * every copy between devices goes through. While a {@link Watcher} is set it is told of them;
 * without one this does what DJL's class does.
 */
public final class PtDeviceType {
  private static volatile Watcher watcher;

  private PtDeviceType() {}

  /** Somebody who is told of every use of a device and says what it is to the engine. */
  public interface Watcher {
    /** The engine's number of a device that something is made on or copied to. */
    int number(Device device);

    /** The kind of device that the engine's number is said to be. */
    String name(int number);
  }

  /** Sets the one who is told, or nobody. */
  public static void watch(Watcher next) {
    watcher = next;
  }

  /** The engine's number of a device. */
  public static int toDeviceType(Device device) {
    Watcher told = watcher;
    if (told != null) {
      return told.number(device);
    }
    return switch (device.getDeviceType()) {
      case Device.Type.CPU -> 0;
      case Device.Type.GPU -> 1;
      default -> throw new IllegalArgumentException("Unsupported device: " + device);
    };
  }

  /** The kind of a device by the engine's number. */
  public static String fromDeviceType(int number) {
    Watcher told = watcher;
    if (told != null) {
      return told.name(number);
    }
    return switch (number) {
      case 0 -> Device.Type.CPU;
      case 1 -> Device.Type.GPU;
      default -> throw new IllegalArgumentException("Unsupported device: " + number);
    };
  }
}
