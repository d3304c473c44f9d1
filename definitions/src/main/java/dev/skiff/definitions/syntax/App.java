package dev.skiff.definitions.syntax;

/// A SCIF app: the `%app...` sections that carry its name.
///
/// @param name letters, digits, `.`, `_`, `+` and `-`, so it is safe as a directory's name
public record App(String name, Sections sections) {}
