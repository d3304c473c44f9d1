package dev.skiff.runtime.kept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RecordedCallsTest {

  /// Answers what the map says for a method, else 0.
  private static Kernel answering(Map<String, Object> answers) {
    return (Kernel)
        Proxy.newProxyInstance(
            Kernel.class.getClassLoader(),
            new Class<?>[] {Kernel.class},
            (_, method, _) -> answers.getOrDefault(method.getName(), 0));
  }

  private static String text(byte @Nullable [] fields) {
    return new String(Objects.requireNonNull(fields), StandardCharsets.UTF_8).replace('\0', '|');
  }

  @Test
  void callsAreNotedInOrderWithWhatCameOfThem() {
    RecordedCalls calls =
        new RecordedCalls(answering(Map.of("cloneTree", 7, "openInRoot", -Errno.ENOENT)));
    assertThat(calls.cloneTree("/data")).isEqualTo(7);
    assertThat(calls.openInRoot(3, "/x", 0)).isEqualTo(-Errno.ENOENT);
    calls.attach(7, 8);
    calls.close(7);
    calls.awaited();
    assertThat(text(calls.fields(0)))
        .isEqualTo("tree|/data|7|find|3|/x|0|-2|attach|7|8|0|close|7|0|await|end|");
  }

  @Test
  void aPathThatLeadsToADescriptorNamesIt() {
    RecordedCalls calls = new RecordedCalls(answering(Map.of("openDirectory", 5)));
    calls.openDirectory("/a");
    calls.mount("proc", "/proc/self/fd/5", "proc", 0, "");
    calls.close(5);
    calls.mount("proc", "/proc/self/fd/5", "proc", 0, "");
    assertThat(text(calls.fields(0)))
        .contains("mount|proc|@5|proc|0||0|close")
        .endsWith("mount|proc|/proc/self/fd/5|proc|0||0|end|");
  }

  @Test
  void whatCannotBeMadeAgainIsNotKept() {
    RecordedCalls process = new RecordedCalls(answering(Map.of()));
    process.openProcess(1);
    assertThat(process.fields(0)).isNull();
    RecordedCalls device = new RecordedCalls(answering(Map.of()));
    device.ioctl(1, 2, 3);
    assertThat(device.fields(0)).isNull();
    RecordedCalls image = new RecordedCalls(answering(Map.of()));
    assertThat(image.fields(1)).as("an image that nobody served").isNull();
    RecordedCalls zero = new RecordedCalls(answering(Map.of()));
    zero.write(1, new byte[] {'a', 0});
    assertThat(zero.fields(0)).as("a NUL").isNull();
    RecordedCalls told = new RecordedCalls(answering(Map.of()));
    told.spoil();
    assertThat(told.fields(0)).isNull();
  }

  @Test
  void anImageThatWasUnpackedIsNotedByItsDirectory() {
    RecordedCalls calls = new RecordedCalls(answering(Map.of()));
    calls.of(Path.of("/tmp/unpacked/1"), "/bin:/sbin");
    assertThat(text(calls.fields(1))).isEqualTo("unpacked|/tmp/unpacked/1|/bin:/sbin|end|");
  }

  @Test
  void whatAFileOfTheImageHoldsIsNoted() {
    RecordedCalls calls =
        new RecordedCalls(answering(Map.of("readInRoot", new byte[] {'r'}, "readLink", "to")));
    calls.readInRoot(3, "/etc/passwd", 9);
    calls.readLink(4);
    assertThat(text(calls.fields(0))).isEqualTo("read|3|/etc/passwd|+r|readlink|4|to|end|");
  }
}
