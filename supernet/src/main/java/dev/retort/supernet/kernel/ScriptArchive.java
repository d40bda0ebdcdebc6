package dev.retort.supernet.kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive written from its source: nothing is compiled and nothing binary committed.
 *
 * <p>An archive is a stored zip of a version, two small pickles that say "one module of this class
 * without attributes", and the class as text in TorchScript's serialised form.
 */
final class ScriptArchive {
  /** Protocol 2: an instance of __torch__.Kernels in training mode without hooks. */
  private static final String MODULE =
      "\u0080\u0002c__torch__\nKernels\nq\0)\u0081}(X\10\0\0\0trainingq\1\u0088X\26\0\0\0"
          + "_is_full_backward_hookq\2Nubq\3.";

  /** Protocol 2: an empty tuple. */
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private ScriptArchive() {}

  /** The archive of a source that lies beside this class. */
  static byte[] of(String file) throws IOException {
    try (InputStream source = ScriptArchive.class.getResourceAsStream(file)) {
      if (source == null) {
        throw new IllegalStateException(file + " is missing from the class path");
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
        zip.setMethod(ZipOutputStream.STORED);
        add(zip, "kernels/data.pkl", MODULE.getBytes(StandardCharsets.ISO_8859_1));
        add(zip, "kernels/code/__torch__.py", source.readAllBytes());
        add(zip, "kernels/constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
        // From 10 on GELU knows its approximation; what is older is read as it was meant then.
        add(zip, "kernels/version", "10\n".getBytes(StandardCharsets.US_ASCII));
      }
      return bytes.toByteArray();
    }
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
