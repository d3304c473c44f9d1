package dev.skiff.image.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AttributesTest {

  private static Attributes with(String name, byte... value) {
    return new Attributes(0644, 1, 2, 3, new TreeMap<>(Map.of(name, value)));
  }

  @Test
  void extendedAttributesAreEqualWithEqualBytes() {
    Attributes one = with("user.a", (byte) 1, (byte) 2);
    assertThat(one).isEqualTo(with("user.a", (byte) 1, (byte) 2));
    assertThat(one).hasSameHashCodeAs(with("user.a", (byte) 1, (byte) 2));
    assertThat(one).isNotEqualTo(with("user.a", (byte) 1, (byte) 3));
    assertThat(one).isNotEqualTo(with("user.b", (byte) 1, (byte) 2));
    assertThat(one).isNotEqualTo(Attributes.of(0644, 1, 2, 3));
  }
}
