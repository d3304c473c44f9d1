package dev.skiff.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageHistoryTest {

  private static final String DIFF = "\"sha256:" + "0".repeat(64) + "\"";

  private static List<String> history(String json) throws MalformedImageException {
    String config =
        "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s,%s]}%s}".formatted(DIFF, DIFF, json);
    return ImageHistory.ofLayers(
        ImageConfig.parse("configuration", config.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void entriesThatMadeNoLayerArePassedOver() throws Exception {
    assertThat(
            history(
                """
                ,"history":[{"created_by":"ADD rootfs"},{"created_by":"ENV a=b","empty_layer":true},\
                {"created_by":"RUN make"}]\
                """))
        .containsExactly("ADD rootfs", "RUN make");
  }

  @Test
  void aHistoryThatDoesNotFitSaysNothing() throws Exception {
    assertThat(history("")).containsExactly("", "");
    assertThat(history(",\"history\":[{\"created_by\":\"a\"}]")).containsExactly("", "");
    assertThat(history(",\"history\":[{},{\"created_by\":\"b\"}]")).containsExactly("", "b");
    assertThat(history(",\"history\":[7,{\"created_by\":null}]")).containsExactly("", "");
  }

  @Test
  void aHistoryThatIsNoListIsMalformed() {
    assertThatThrownBy(() -> history(",\"history\":{}"))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("history");
  }
}
