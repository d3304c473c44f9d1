package dev.skiff.builder.library;

import dev.skiff.builder.plan.SifAddress;
import java.net.URI;

/// What an `https://` or `http://` names: a file of a web server.
///
/// @param address whole, as a request has it
public record WebFile(String address) {

  /// Reads an address. A password in it is refused: what names an image is written into logs and
  /// images.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  public static WebFile parse(SifAddress address) {
    URI uri = URI.create(address.uri());
    if (uri.getHost() == null || uri.getPath() == null || uri.getPath().length() < 2) {
      throw new IllegalArgumentException("it names no file of a host");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("a password has no place in the name of an image");
    }
    if (uri.getPath().endsWith("/")) {
      throw new IllegalArgumentException("it names a directory");
    }
    return new WebFile(uri.toString());
  }

  /// The name that the file has where nobody says another: the last part of the path.
  public String fileName() {
    String path = URI.create(address).getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.endsWith(".sif") ? name : name + ".sif";
  }
}
