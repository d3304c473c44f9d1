package dev.skiff.image.sif;

/// The format of a software bill of materials.
public enum SbomFormat implements Coded {
  UNKNOWN(0, "unknown"),
  CYCLONEDX_JSON(1, "cyclonedx-json"),
  CYCLONEDX_XML(2, "cyclonedx-xml"),
  GITHUB_JSON(3, "github-json"),
  SPDX_JSON(4, "spdx-json"),
  SPDX_RDF(5, "spdx-rdf"),
  SPDX_TAG_VALUE(6, "spdx-tag-value"),
  SPDX_YAML(7, "spdx-yaml"),
  SYFT_JSON(8, "syft-json");

  private final int code;
  private final String label;

  SbomFormat(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /// How `sif list` names it.
  public String label() {
    return label;
  }

  @Override
  public int code() {
    return code;
  }

  /// The one with this number; `UNKNOWN` for any other.
  public static SbomFormat ofCode(int code) {
    return Coded.find(values(), code, UNKNOWN);
  }
}
