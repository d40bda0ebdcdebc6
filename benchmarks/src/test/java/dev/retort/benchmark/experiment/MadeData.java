package dev.retort.benchmark.experiment;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import javax.imageio.ImageIO;

/** Folders of images that are drawn here, in the forms that experiments read. */
final class MadeData {
  private static final int POINTS = 68;

  private MadeData() {}

  private static RandomGenerator random() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(7);
  }

  private static BufferedImage noise(int side, RandomGenerator random) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return image;
  }

  private static void write(BufferedImage image, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  /** Faces whose points lie on circles of several places and sizes. */
  static Path faces(Path folder) throws IOException {
    RandomGenerator random = random();
    for (String part : new String[] {"train", "test"}) {
      StringBuilder table = new StringBuilder();
      for (int face = 0; face < 8; face++) {
        write(noise(32, random), folder.resolve(part + "/images/" + face + ".png"));
        table.append("images/").append(face).append(".png");
        double size = random.nextDouble(6, 12);
        double middle = random.nextDouble(12, 20);
        for (int point = 0; point < POINTS; point++) {
          double angle = 2 * Math.PI * point / POINTS;
          table.append(String.format(
              Locale.ROOT,
              "\t%.2f\t%.2f",
              middle + size * Math.cos(angle),
              middle + size * Math.sin(angle)));
        }
        table.append('\n');
      }
      Files.writeString(folder.resolve(part + "/landmarks.tsv"), table);
    }
    return folder;
  }

  /** Roads with a dark line each. */
  static Path cracks(Path folder) throws IOException {
    RandomGenerator random = random();
    for (int road = 0; road < 8; road++) {
      BufferedImage image = noise(64, random);
      BufferedImage mask = new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY);
      for (int y = 0; y < 64; y++) {
        for (int x = 4 * road; x < 4 * road + 3; x++) {
          image.setRGB(x, y, 0);
          mask.setRGB(x, y, 0xFFFFFF);
        }
      }
      write(image, folder.resolve("images/" + road + ".png"));
      write(mask, folder.resolve("masks/" + road + ".png"));
    }
    return folder;
  }

  /** Photos to enlarge. */
  static Path photos(Path folder) throws IOException {
    RandomGenerator random = random();
    for (String set : new String[] {"Set5", "Set14"}) {
      for (int photo = 0; photo < 2; photo++) {
        write(noise(128, random), folder.resolve(set + "/" + photo + ".png"));
      }
    }
    return folder;
  }

  /** Clothes of ten classes in the form of Fashion-MNIST, 20 to learn from and 20 to test on. */
  static Path clothes(Path folder) throws IOException {
    Files.createDirectories(folder);
    RandomGenerator random = random();
    for (String part : new String[] {"train", "t10k"}) {
      int count = 20;
      ByteBuffer images = ByteBuffer.allocate(16 + count * 28 * 28);
      images.putInt(0x803).putInt(count).putInt(28).putInt(28);
      byte[] pixels = new byte[count * 28 * 28];
      random.nextBytes(pixels);
      images.put(pixels);
      ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
      for (int i = 0; i < count; i++) {
        labels.put((byte) (i % 10));
      }
      Files.write(folder.resolve(part + "-images-idx3-ubyte"), images.array());
      Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }
    return folder;
  }
}
