package dev.retort.space.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadFamiliesTest {
  private static final InputShape ONE = new InputShape(1, 1);

  private static Cost cost(String text) {
    return Cost.of(Architecture.parse(text.replace(';', ',')).blueprint(), ONE);
  }

  /** EDSR's baseline; the counts are those of its released networks without the mean shifts. */
  @ParameterizedTest
  @CsvSource({"2,1369859", "3,1554499", "4,1517571"})
  void edsrHasItsParameters(int scale, long parameters) {
    assertThat(cost("super-resolution:layers=16;width=64;scale=" + scale).parameters())
        .isEqualTo(parameters);
  }

  @Test
  void macsOfALargerImageAreThoseOfItsPixels() {
    // 9 weights a pair of planes: stem 3*4, body 2*4*4, trunk 4*4 and 4*16 on 5 x 5; 4*3 on 10 x
    // 10.
    assertThat(cost("super-resolution:layers=1;width=4;resolution=5").macs())
        .isEqualTo(9L * 25 * (12 + 32 + 16 + 64) + 9L * 100 * 12);
  }

  @Test
  void aDecoderCostsWhatItAdds() {
    String sizes = "depth=1/1;width=4/6;resolution=8";
    Cost below = cost("resnet:" + sizes + ";classes=0");
    Cost masks = cost("resnet-segmentation:" + sizes + ";decoder=5;regions=3");
    assertThat(masks.parameters() - below.parameters())
        .isEqualTo(6 * 5 + 5 + 4 * 5 + 5 + 9 * 25 + 5 + 5 * 3 + 3);
    assertThat(masks.macs() - below.macs())
        .isEqualTo(16 * 6 * 5 + 64 * 4 * 5 + 64 * 9 * 25 + 64 * 5 * 3);
    assertThat(masks.peakActivationBytes()).isGreaterThan(below.peakActivationBytes());
  }

  @Test
  void landmarksAreTwoOutputsAPoint() {
    Blueprint points =
        Architecture.parse("resnet-landmarks:depth=1/1,width=4/6,points=5").blueprint();
    Blueprint classes =
        Architecture.parse("resnet:depth=1/1,width=4/6,classes=10").blueprint();
    assertThat(points.tensors()).isEqualTo(classes.tensors());
    assertThat(points.operations()).isEqualTo(classes.operations());
  }

  @Test
  void textsComeBack() {
    for (String text : new String[] {
      "resnet-segmentation:depth=1/1,width=4/6,regions=3,decoder=16",
      "resnet-landmarks:depth=1/1,width=4/6,points=5",
      "super-resolution:layers=2,width=8,expand=1/1.5,scale=3,skip=bicubic"
    }) {
      assertThat(Architecture.parse(Architecture.parse(text).toString()))
          .isEqualTo(Architecture.parse(text));
    }
    assertThat(Architecture.parse("super-resolution:layers=2,width=8,expand=2/2"))
        .isEqualTo(Architecture.parse("super-resolution:layers=2,width=8,expand=2"));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.parse("super-resolution:layers=2,width=8,scale=5"))
        .withMessageContaining("scale 4, not");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.parse("super-resolution:layers=2,width=8,expand=1/2/3"))
        .withMessageContaining("3 values (1/2/3) for (2) layers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.parse("super-resolution:layers=2,width=8,expand=0.01"))
        .withMessageContaining("gives (0) planes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.parse("super-resolution:width=8"))
        .withMessageContaining("layers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.parse("resnet-segmentation:depth=1,width=4,classes=3"))
        .withMessageContaining("no dimension (classes)");
  }
}
