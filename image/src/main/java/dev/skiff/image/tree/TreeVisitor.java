package dev.skiff.image.tree;

/// Is told of every file of a tree while it is walked, so that nothing of the tree has to be kept.
/// Of a directory first its files come, then its directories one after the other.
public interface TreeVisitor {

  /// What follows is in this directory; not called for the root.
  void enter(FileName name);

  /// The directory that was entered last is done with.
  void leave();

  /// A file that is no directory. Told once of several hard links: of the one that is met first.
  ///
  /// @param sizeBytes 0 for all but regular files
  /// @param storedBytes what the content takes where it is stored, so perhaps compressed; -1 where
  ///   nobody knows
  void file(FileName name, long sizeBytes, long storedBytes);

  /// A directory whose files may not be seen.
  void unreadable(FileName name);
}
