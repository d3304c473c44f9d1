package dev.skiff.definitions;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;

final class DefinitionReaderFuzzTest {

  @FuzzTest(maxDuration = "60s")
  void anyBytesAreAcceptedOrRejectedAndNothingIsThrown(byte @NotNull [] bytes) {
    ReadingLaws.check(bytes);
  }
}
