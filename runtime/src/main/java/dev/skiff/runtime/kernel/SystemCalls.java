package dev.skiff.runtime.kernel;

/// `syscall` of libc, wherever it is called. Texts and structures for a call are put into one
/// scratch area, which the call frees.
interface SystemCalls {

  /// The result, or minus the error number; missing arguments are 0. Frees the scratch area.
  ///
  /// @param arguments at most 6
  long call(int number, long... arguments);

  /// The address of a copy of `bytes`, good until the next call; 8-byte aligned.
  long bytes(byte[] bytes);

  /// What the last call left at an address that `bytes` returned.
  byte[] read(long address, int length);
}
