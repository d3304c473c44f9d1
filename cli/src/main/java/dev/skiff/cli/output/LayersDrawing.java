package dev.skiff.cli.output;

import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.builder.metadata.ImageLayers.Change;
import dev.skiff.builder.metadata.ImageLayers.Layer;
import dev.skiff.definitions.problem.VisibleText;
import dev.skiff.image.oci.layer.LayerCensus.Count;
import java.util.Locale;

/// Layers as a table for people, a line each, no line longer than the screen is wide.
public final class LayersDrawing {

  private static final int DIGEST_DIGITS = 12;
  private static final String ROW = "%-12s %10s %10s %10s %10s  %s";

  private final StringBuilder out = new StringBuilder();
  private final int columns;

  private LayersDrawing(int columns) {
    this.columns = columns;
  }

  /// The table; control characters are made visible.
  public static String of(ImageLayers origin, int columns) {
    LayersDrawing drawing = new LayersDrawing(columns);
    drawing.line(origin.reference());
    drawing.line(origin.digest());
    drawing.line("");
    drawing.line(ROW.formatted("layer", "compressed", "unpacked", "files", "visible", "made by"));
    for (Layer layer : origin.layers()) {
      drawing.line(row(layer));
    }
    drawing.line(total(origin));
    origin.change().ifPresent(made -> drawing.line(row(made)));
    return drawing.out.toString();
  }

  private static String row(Layer layer) {
    String digest = layer.digest().substring(layer.digest().indexOf(':') + 1);
    return ROW.formatted(
        digest.substring(0, Math.min(DIGEST_DIGITS, digest.length())),
        Amounts.size(layer.storedBytes()),
        layer.count().map(count -> Amounts.size(count.tarBytes())).orElse("-"),
        layer.count().map(count -> number(count.files())).orElse("-"),
        layer.count().map(count -> Amounts.size(count.visibleBytes())).orElse("-"),
        command(layer.createdBy()));
  }

  private static String total(ImageLayers origin) {
    boolean counted = origin.layers().stream().allMatch(layer -> layer.count().isPresent());
    long stored = origin.layers().stream().mapToLong(Layer::storedBytes).sum();
    Count all =
        origin.layers().stream()
            .flatMap(layer -> layer.count().stream())
            .reduce(
                new Count(0, 0, 0, 0),
                (a, b) ->
                    new Count(
                        a.tarBytes() + b.tarBytes(),
                        a.files() + b.files(),
                        a.visibleFiles() + b.visibleFiles(),
                        a.visibleBytes() + b.visibleBytes()));
    return ROW.formatted(
        "all",
        Amounts.size(stored),
        counted ? Amounts.size(all.tarBytes()) : "-",
        counted ? number(all.files()) : "-",
        counted ? Amounts.size(all.visibleBytes()) : "-",
        "");
  }

  private static String row(Change made) {
    String sign = made.bytes() < 0 ? "-" : "+";
    return ROW.formatted(
        "definition",
        "-",
        "-",
        (made.files() < 0 ? "" : "+") + number(made.files()),
        sign + Amounts.size(Math.abs(made.bytes())),
        "what the definition changed");
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value).replace(",", " ");
  }

  /// Without what every builder writes around it.
  private static String command(String createdBy) {
    String text =
        createdBy
            .replaceFirst("^/bin/sh -c #\\(nop\\)\\s+", "")
            .replaceFirst("^(RUN |COPY |ADD )?/bin/sh -c ", "RUN ")
            .replaceFirst("\\s*# buildkit$", "");
    return text.replaceAll("\\s+", " ").strip();
  }

  private void line(String text) {
    String shown = VisibleText.line(text).stripTrailing();
    out.append(shown.length() <= columns ? shown : shown.substring(0, columns - 1) + "…");
    out.append('\n');
  }
}
