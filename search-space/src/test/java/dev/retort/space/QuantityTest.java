package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "7,7",
    "999,999",
    "1000,1 k",
    "1300000,1.3 M",
    "19612608,19.6 M",
    "109483778,109 M",
    "999499999,999 M",
    "999500000,1 G",
    "999999,1 M",
    "500000000,500 M",
    "2128000000,2.13 G",
    "-1300000,-1.3 M",
    "9223372036854775807,9.22 E",
  })
  void countsArePrintedWithThreeDigits(long count, String printed) {
    assertThat(Quantity.text(count)).isEqualTo(printed);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "1023,1023 B",
    "1024,1 KiB",
    "437935112,418 MiB",
    "1048575,1 MiB",
    "1047552,1023 KiB",
    "1610612736,1.5 GiB",
  })
  void bytesArePrintedWithBinaryUnits(long count, String printed) {
    assertThat(Quantity.bytes(count)).isEqualTo(printed);
  }

  @ParameterizedTest
  @CsvSource({
    "0.5G,500000000",
    "0.5 G,500000000",
    "3M,3000000",
    "1e9,1000000000",
    "1.5E3,1500",
    "440MiB,461373440",
    "440MB,440000000",
    "1Ki,1024",
    "2K,2000",
    "2k,2000",
    ".5k,500",
    "12,12",
    "7.,7",
  })
  void quantitiesAreRead(String text, long count) {
    assertThat(Quantity.parseWhole(text)).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "G", "-1", "1x", "1 000", "1,5G", "0x10", "NaN", "7B", "1e999", "1..2", "½"})
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> Quantity.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected a quantity such as 0.5G, 3M, 1e9 or 440MiB, found (" + text + ")");
  }

  @Test
  void wholeQuantitiesAreWholeAndFit() {
    assertThatThrownBy(() -> Quantity.parseWhole("0.5")).hasMessageContaining("(0.5)");
    assertThatThrownBy(() -> Quantity.parseWhole("1e30")).hasMessageContaining("(1e30)");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void printedQuantitiesAreReadBackWithinTheirDigits(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("quantity-test", 0);
    for (int i = 0; i < 300; i++) {
      long count = random.nextLong(1L << random.nextInt(1, 62));
      assertThat(Quantity.parse(Quantity.text(count)).doubleValue())
          .isBetween(count * 0.994999, count * 1.005001);
      String bytes = Quantity.bytes(count).replace(" B", "");
      assertThat(Quantity.parse(bytes).doubleValue()).isBetween(count * 0.994999, count * 1.005001);
    }
  }
}
