package dev.ephor.client;

/// A directory's entry.
///
/// @param name without the directory's path
/// @param stat as it was when the directory was listed
public record Child(String name, Stat stat) {}
