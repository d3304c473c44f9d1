package dev.skiff.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Manifest.ImageIndex;
import dev.skiff.image.oci.Manifest.ImageManifest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {

  private static final String DIGEST = "sha256:" + "0".repeat(64);
  private static final String BLOB = "{\"digest\":\"%s\",\"size\":5}".formatted(DIGEST);

  private static Manifest parse(String json) throws MalformedImageException {
    return Manifest.parse("manifest", bytes(json), Optional.empty());
  }

  private static byte[] bytes(String json) {
    return json.replace("BLOB", BLOB).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void unknownMembersAndTypesAreNoHindrance() throws MalformedImageException {
    Manifest manifest =
        parse(
            "{'schemaVersion':2,'config':BLOB,'layers':[BLOB],'subject':BLOB,"
                + "'annotations':{'a':'b'},'x':[1,{}]}");
    assertThat(manifest)
        .isInstanceOfSatisfying(
            ImageManifest.class,
            image -> {
              assertThat(image.layers()).hasSize(1);
              assertThat(image.config().sizeBytes()).isEqualTo(5);
            });
  }

  @Test
  void aDocumentSaysByItsShapeWhatItIsWhenItHasNoMediaType() throws MalformedImageException {
    assertThat(parse("{'manifests':[BLOB]}")).isInstanceOf(ImageIndex.class);
    assertThat(parse("{'config':BLOB}").mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|document: it is a JSON ARRAY, not OBJECT",
        "{'config':BLOB,'config':BLOB}|document: Duplicate field 'config'",
        "{'config':BLOB} x|document: Unrecognized token 'x'",
        "{'schemaVersion':1}|schemaVersion: Docker's old schema 1 cannot be read",
        "{'manifests':[],'layers':[]}|manifests: the document is an index and a manifest at once",
        "{'mediaType':'application/vnd.oci.image.index.v1+json','config':BLOB}|mediaType: it says",
        "{'mediaType':'text/plain','config':BLOB}|mediaType: 'text/plain' is no image or index",
        "{'layers':[]}|config: it is missing",
        "{'config':BLOB,'layers':[],'Layers':[]}|Layers: some readers take it for 'layers'",
        "{'config':BLOB,'layers':[{'Digest':'x'}]}|Digest: some readers take it for 'digest'",
        "{'config':5}|config: found a JSON NUMBER, wanted an object",
        "{'config':BLOB,'layers':[{'digest':'sha256:../..','size':1}]}|layers[0].digest: a sha256",
        "{'config':BLOB,'layers':[{'digest':'x','size':1}]}|layers[0].digest: a digest starts",
        "{'config':BLOB,'layers':[{'size':1}]}|digest: it is missing",
        "{'config':BLOB,'layers':[{'digest':'"
            + "sha256:0000000000000000000000000000000000000000"
            + "000000000000000000000000','size':-1}]}|size: found -1, wanted a whole number",
        "{'config':BLOB,'layers':[{'digest':'"
            + "sha256:0000000000000000000000000000000000000000"
            + "000000000000000000000000','size':1e99}]}|size: found 1.0E99, wanted a whole number",
      })
  void whatBreaksTheFormatIsNamedByItsField(String json, String message) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(MalformedImageException.class)
        .satisfies(
            e -> assertThat(String.valueOf(e.getMessage()).replace('"', '\'')).contains(message));
  }

  @Test
  void nestingAndCountsAreBounded() {
    assertThatThrownBy(() -> parse("[".repeat(100_000)))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("nesting depth");
    assertThatThrownBy(() -> parse("{'config':BLOB,'x':[" + "1,".repeat(1_000_000) + "1]}"))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("1000000");
    String layers = (BLOB + ",").repeat(1000) + BLOB;
    assertThatThrownBy(() -> parse("{'config':BLOB,'layers':[" + layers + "]}"))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("layers: it has 1001 entries, at most 1000 may be");
    assertThatThrownBy(() ->
            Manifest.parse("manifest", new byte[Manifest.LARGEST_BYTES + 1], Optional.empty()))
        .isInstanceOf(MalformedImageException.class);
  }

  @Test
  void whatAPointerPromisesDecides() {
    assertThatThrownBy(() ->
            Manifest.parse("manifest", bytes("{'config':BLOB}"), Optional.of(MediaTypes.OCI_INDEX)))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("mediaType: ");
  }

  @Test
  void aConfigurationKeepsTheOrderOfItsJson() throws MalformedImageException {
    ImageConfig config =
        ImageConfig.parse(
            "config",
            bytes(
                "{ 'os':'linux', 'config': { 'StopSignal' : 'SIGINT', 'Env': ['B=2', 'A=1'],"
                    + " 'Entrypoint': null, 'Labels': null, 'Healthcheck':{'StartInterval':5} } }"));
    assertThat(config.env()).containsExactly("B=2", "A=1");
    assertThat(config.entrypoint()).isEmpty();
    assertThat(config.runJson().replace('"', '\''))
        .isEqualTo(
            "{'StopSignal':'SIGINT','Env':['B=2','A=1'],'Entrypoint':null,'Labels':null,"
                + "'Healthcheck':{'StartInterval':5}}");
  }

  @Test
  void aConfigurationWithoutRunSettingsHasNone() throws MalformedImageException {
    ImageConfig config = ImageConfig.parse("config", bytes("{'config':null}"));
    assertThat(config.runJson()).isEqualTo("{}");
    assertThat(config.cmd()).isEmpty();
  }
}
