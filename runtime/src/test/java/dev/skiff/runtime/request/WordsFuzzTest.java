package dev.skiff.runtime.request;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/// No words of a command line make a parser throw anything but a problem.
final class WordsFuzzTest {

  @FuzzTest(maxDuration = "30s")
  void parsersAnswerWhateverTheyAreGiven(FuzzedDataProvider data) {
    HostileWordsTest.check(data.consumeRemainingAsString());
  }
}
