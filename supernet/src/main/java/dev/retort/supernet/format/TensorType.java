package dev.retort.supernet.format;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The element types of a safetensors file, under the names that its header gives them. */
public enum TensorType {
  BOOL(8, Loaded.BOOLEAN),
  F4(4, Loaded.NOT_AT_ALL),
  F6_E2M3(6, Loaded.NOT_AT_ALL),
  F6_E3M2(6, Loaded.NOT_AT_ALL),
  U8(8, Loaded.INT64),
  I8(8, Loaded.INT64),
  F8_E5M2(8, Loaded.NOT_AT_ALL),
  F8_E4M3(8, Loaded.NOT_AT_ALL),
  F8_E8M0(8, Loaded.NOT_AT_ALL),
  F8_E4M3FNUZ(8, Loaded.NOT_AT_ALL),
  F8_E5M2FNUZ(8, Loaded.NOT_AT_ALL),
  I16(16, Loaded.INT64),
  U16(16, Loaded.INT64),
  F16(16, Loaded.FLOAT32),
  BF16(16, Loaded.FLOAT32),
  I32(32, Loaded.INT64),
  U32(32, Loaded.INT64),
  F32(32, Loaded.FLOAT32),
  C64(64, Loaded.NOT_AT_ALL),
  F64(64, Loaded.FLOAT32),
  I64(64, Loaded.INT64),
  U64(64, Loaded.INT64);

  /** What a tensor of a type becomes in memory. */
  enum Loaded {
    FLOAT32(4),
    INT64(8),
    BOOLEAN(1),
    NOT_AT_ALL(0);

    private final int bytes;

    Loaded(int bytes) {
      this.bytes = bytes;
    }

    /** Bytes an element. */
    int bytes() {
      return bytes;
    }
  }

  private static final ImmutableMap<String, TensorType> BY_NAME =
      Maps.uniqueIndex(Arrays.asList(values()), TensorType::name);

  private final int bits;
  private final Loaded loaded;

  TensorType(int bits, Loaded loaded) {
    this.bits = bits;
    this.loaded = loaded;
  }

  /** Bits an element; not a multiple of 8 for the packed types. */
  public int bits() {
    return bits;
  }

  Loaded loaded() {
    return loaded;
  }

  /** The type of that name, or null. */
  static @Nullable TensorType find(String name) {
    return BY_NAME.get(name);
  }
}
