package dev.skiff.builder.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// What the system had against something that was to be done with a file.
public final class FileFailure {

  private FileFailure() {}

  /// The file and the reason; Java leaves the usual ones out.
  public static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException e -> e.getFile() + ": permission denied";
      case NoSuchFileException e -> e.getFile() + ": no such file or directory";
      case FileAlreadyExistsException e -> e.getFile() + ": something else is there";
      case FileSystemException e ->
          e.getReason() == null
              ? String.valueOf(e.getMessage())
              : e.getFile() + ": " + e.getReason();
      default ->
          failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    };
  }
}
