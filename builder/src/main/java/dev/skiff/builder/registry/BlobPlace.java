package dev.skiff.builder.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Map;

/// A place that has a blob.
interface BlobPlace {

  /// Who is asked, for messages.
  String host();

  /// An answer of 200 or 206, whose body the caller closes; 416 too, for a range that is not there.
  ///
  /// @param headers such as `Range`
  /// @throws RegistryFailure if it cannot be had, however often it is asked for
  HttpResponse<InputStream> get(Map<String, String> headers) throws IOException;
}
