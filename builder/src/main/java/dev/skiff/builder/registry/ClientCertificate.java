package dev.skiff.builder.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/// A certificate that is shown to a registry.
///
/// @param chain its own, then those that vouch for it
record ClientCertificate(PrivateKey key, List<Certificate> chain) {

  private static final int LARGEST_FILE = 1 << 20;

  ClientCertificate {
    chain = List.copyOf(chain);
  }

  /// Reads a certificate in PEM form, and its key, which stands in the same file or beside it.
  ///
  /// @throws IOException if there is none, or its key is not to be had
  static ClientCertificate read(Path file) throws IOException, GeneralSecurityException {
    String text = text(file);
    List<Certificate> chain = List.copyOf(certificates(text));
    if (chain.isEmpty()) {
      throw new IOException("there is no certificate in it");
    }
    Optional<PrivateKey> within = PemKey.parse(text);
    PrivateKey key = within.isPresent() ? within.get() : beside(file);
    if (!fits(key, chain.getFirst())) {
      throw new IOException("the key is of another certificate");
    }
    return new ClientCertificate(key, chain);
  }

  /// Where the key stands that is not in the file itself: `me.key` for `me.pem`.
  static Path keyBeside(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return file.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".key");
  }

  private static PrivateKey beside(Path file) throws IOException, GeneralSecurityException {
    Path key = keyBeside(file);
    if (!Files.isReadable(key)) {
      throw new IOException("there is no key in it, and none that you can read in '" + key + "'");
    }
    return PemKey.parse(text(key))
        .orElseThrow(() -> new IOException("there is no key in '" + key + "'"));
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > LARGEST_FILE) {
      throw new IOException("it is too large for a certificate");
    }
    return Files.readString(file, StandardCharsets.ISO_8859_1); // comments may be in any
  }

  /// Those within a text, whatever else stands there.
  private static List<Certificate> certificates(String text) throws GeneralSecurityException {
    StringBuilder blocks = new StringBuilder();
    boolean within = false;
    for (String line : text.lines().toList()) {
      within |= line.startsWith("-----BEGIN CERTIFICATE-----");
      if (within) {
        blocks.append(line).append('\n');
      }
      within &= !line.startsWith("-----END CERTIFICATE-----");
    }
    byte[] bytes = blocks.toString().getBytes(StandardCharsets.ISO_8859_1);
    return List.copyOf(
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(bytes)));
  }

  /// Whether what the key signs is what the certificate says is signed.
  private static boolean fits(PrivateKey key, Certificate certificate)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    byte[] signature = signing.sign();
    signing.initVerify(certificate.getPublicKey());
    return signing.verify(signature);
  }

  /// What TLS shows it with.
  KeyManager[] managers() throws IOException, GeneralSecurityException {
    char[] unused = new char[0];
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, unused);
    store.setKeyEntry("caller", key, unused, chain.toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, unused);
    return factory.getKeyManagers();
  }
}
