package dev.skiff.runtime.kept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.planner.ImageFacts;
import dev.skiff.runtime.request.RunArguments;
import dev.skiff.runtime.request.RunArguments.Accepted;
import dev.skiff.runtime.seen.Sightings;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which starts are kept, and for whom.
final class KeptStartTest {

  private static final Path SIF = Path.of("/images/a.sif");

  private static final ContainerPlan PLAN =
      new ContainerPlan(
          List.of(),
          new Isolation(false, false, false, false),
          new Payload("exec \"$@\"", List.of(), Payload.Filter.NONE));

  private static @Nullable KeptStart of(Path place, String options) {
    return of(place, options, null);
  }

  private static @Nullable KeptStart of(Path place, String options, @Nullable Sightings seen) {
    List<String> words = new ArrayList<>(List.of("exec"));
    words.addAll(options.isEmpty() ? List.of() : Arrays.asList(options.split(" ", -1)));
    words.addAll(List.of("a.sif", "cmd"));
    Accepted accepted = (Accepted) RunArguments.parse(words.toArray(new String[0]), Map.of());
    ImageFacts image = new ImageFacts(SIF, "a.sif", new ImageFacts.Squashfs(place, 4096, 8192));
    return KeptStart.of(accepted, image, PLAN, seen);
  }

  private static KeptStart kept(Path place, String options) {
    return Objects.requireNonNull(of(place, options), options);
  }

  @Test
  void ranksMayShareWhatNobodyMayRepeat() {
    assertThat(kept(SIF, "").use()).isEqualTo(KeptStart.Use.AGAIN);
    assertThat(kept(SIF, "--share").use()).isEqualTo(KeptStart.Use.SHARED);
    assertThat(of(SIF, "--nv")).isNull();
    assertThat(kept(SIF, "--share --nv").use()).isEqualTo(KeptStart.Use.SHARED);
    Path merged = Path.of("/cache/merged.sif");
    assertThat(of(merged, "")).isNull();
    assertThat(kept(merged, "--share").image()).isEqualTo(merged);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nv", "--nv=require", "--rocm", "--nv -c"})
  void aStartWithADriverIsKeptWithWhatWasSeenOfIt(String options) {
    assertThat(of(SIF, options)).isNull();
    assertThat(of(SIF, options, new Sightings())).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-C", "--pid", "--ipc", "--compat"})
  void namespacesOfItsOwnAreMadeAgain(String options) {
    assertThat(of(SIF, options)).isNotNull();
  }

  @Test
  void aFileOfVariablesIsKeptWithWhatItHeld() {
    assertThat(of(SIF, "--env-file f.env")).isNull();
    assertThat(of(SIF, "--env-file f.env", new Sightings())).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--device a.com/b=c", "--nvccli", "--nv --device a.com/b=c"})
  void whatSpecificationsSayIsNotSeen(String options) {
    assertThat(of(SIF, options, new Sightings())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--share --nv --contain", "--share --rocm -c", "--share --dry-run"})
  void ranksDoNotShareWhatIsChosenForOneOfThem(String options) {
    assertThat(of(SIF, options)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-f", "--no-privs", "--overlay /o", "--no-plan-cache", "--dry-run"})
  void aStartThatCannotBeRepeatedIsNotKept(String options) {
    assertThat(of(SIF, options)).isNull();
  }

  /// The others go into the container that stands: only the script is theirs.
  @Test
  void ofASharedStartTheScriptIsKeptAndNoCall() {
    RecordedCalls calls =
        new RecordedCalls(
            (Kernel)
                Proxy.newProxyInstance(
                    Kernel.class.getClassLoader(), new Class<?>[] {Kernel.class}, (_, _, _) -> 0));
    calls.cloneTree("/data");
    assertThat(text(kept(SIF, "--share"), calls)).isEqualTo("3|/images/a.sif|exec \"$@\"|end|");
    assertThat(text(kept(SIF, ""), calls))
        .isEqualTo("2|/images/a.sif|exec \"$@\"|tree|/data|0|end|");
    calls.spoil();
    assertThat(kept(SIF, "").text(calls, "")).isNull();
    assertThat(text(kept(SIF, "--share"), calls)).endsWith("|end|");
  }

  private static String text(KeptStart start, RecordedCalls calls) {
    byte[] fields = Objects.requireNonNull(start.text(calls, PLAN.payload().script()));
    return new String(fields, StandardCharsets.UTF_8).replace('\0', '|');
  }
}
