package dev.skiff.runtime.request;

import dev.skiff.runtime.plan.SetupStep.Access;

/// What may follow the target of a bind: `ro`, `rw`, `image-src=PATH`, `id=NUMBER`.
final class BindOptions {

  private static final String IMAGE_SOURCE = "image-src=";
  private static final String ID = "id=";

  private Access access = Access.READ_WRITE;
  private String path = "";
  private long id;

  Access access() {
    return access;
  }

  BindSpec.Place place() {
    return path.isEmpty() && id == 0
        ? new BindSpec.HostPlace()
        : new BindSpec.ImagePlace(path.isEmpty() ? "/" : path, id);
  }

  /// Empty when the word is understood, otherwise why it is not.
  String take(String word) {
    if (word.equals("rw")) { // beside `ro`, in whatever order, it counts for nothing
      return "";
    }
    if (word.equals("ro")) {
      access = Access.READ_ONLY;
      return "";
    }
    if (word.startsWith(IMAGE_SOURCE)) {
      return takePath(word.substring(IMAGE_SOURCE.length()));
    }
    if (word.startsWith(ID)) {
      return takeId(word.substring(ID.length()));
    }
    return word + " is not a valid bind option: it is none of ro, rw, image-src=PATH and id=NUMBER";
  }

  String takePath(String text) {
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      return "the path after " + IMAGE_SOURCE + " is empty";
    }
    path = text;
    return "";
  }

  String takeId(String text) {
    boolean digits = !text.isEmpty() && text.length() <= 9;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    id = digits ? Long.parseLong(text) : 0;
    return id > 0 ? "" : "id number must be greater than 0, and '" + text + "' is not";
  }
}
