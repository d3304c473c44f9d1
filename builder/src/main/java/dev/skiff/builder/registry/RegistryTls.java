package dev.skiff.builder.registry;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.RegistrySettings;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/// Whose certificates are believed: those that Java knows; for a host that has files of its own in
/// the settings or among the folders, those in them too; and where that is not enough, those of the
/// machine. And which certificate a host is shown that wants one.
final class RegistryTls {

  private static final List<String> OF_THE_MACHINE =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt", // Debian
          "/etc/pki/tls/certs/ca-bundle.crt", // Fedora
          "/etc/ssl/ca-bundle.pem"); // SUSE

  private static final KeyManager[] NOBODY = {};

  private final RegistrySettings settings;
  private final Map<String, String> environment;
  private final CertificateFolders folders;

  RegistryTls(RegistrySettings settings, Map<String, String> environment) {
    this.settings = settings;
    this.environment = environment;
    folders = CertificateFolders.of(environment);
  }

  /// How a host is believed, and who is said to ask it, if the settings or the folders of
  /// certificates say anything of it.
  ///
  /// @param host `host` or `host:port`
  /// @throws ProblemException if one of its files cannot be used
  Optional<SSLContext> of(String host) {
    List<Path> authorities = new ArrayList<>();
    Optional<Path> client = Optional.ofNullable(settings.clientCertificates().get(host));
    Optional.ofNullable(settings.certificates().get(host)).ifPresent(authorities::add);
    try {
      authorities.addAll(folders.authorities(host));
      client = client.isPresent() ? client : folders.certificate(host);
    } catch (IOException e) {
      throw unusable("the folder of certificates of '%s'".formatted(host), e);
    }
    boolean unverified = settings.unverified().contains(host);
    if (!unverified && authorities.isEmpty() && client.isEmpty()) {
      return Optional.empty();
    }
    if (authorities.isEmpty()) {
      fileOfTheMachine().ifPresent(authorities::add);
    }
    TrustManager[] trust =
        unverified ? new TrustManager[] {new Believer()} : believing(authorities);
    return Optional.of(context(client.map(RegistryTls::shown).orElse(NOBODY), trust));
  }

  /// Java's and the machine's; nothing where the machine has none.
  Optional<SSLContext> ofTheMachine() {
    return fileOfTheMachine().map(file -> context(NOBODY, believing(List.of(file))));
  }

  private Optional<Path> fileOfTheMachine() {
    String named = environment.getOrDefault("SSL_CERT_FILE", "");
    List<String> places = named.isEmpty() ? OF_THE_MACHINE : List.of(named);
    return places.stream().map(Path::of).filter(Files::isReadable).findFirst();
  }

  private static KeyManager[] shown(Path file) {
    try {
      return ClientCertificate.read(file).managers();
    } catch (IOException | GeneralSecurityException e) {
      throw unusable("the client certificate '%s'".formatted(file), e);
    }
  }

  private static TrustManager[] believing(List<Path> files) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : javas()) {
        store.setCertificateEntry("java-" + number++, certificate);
      }
      for (Path file : files) {
        for (Certificate certificate : certificates(file)) {
          store.setCertificateEntry("file-" + number++, certificate);
        }
      }
      return managers(Optional.of(store));
    } catch (IOException | GeneralSecurityException e) {
      String names = files.stream().map(Path::toString).collect(Collectors.joining("', '"));
      throw unusable("the certificates '%s'".formatted(names), e);
    }
  }

  private static ProblemException unusable(String what, Exception e) {
    String why =
        e instanceof NoSuchFileException ? "there is no such file" : RegistryFailure.firstLine(e);
    String fix =
        why.contains("password")
            ? "take it off, in a file that only you can read: openssl pkey -in KEY -out KEY.open"
            : "name readable files in PEM form; skiff config explain ca-files, or"
                + " client-certificates, tells who names this one";
    return new ProblemException(new Problem("cannot use " + what, why, fix), ExitCode.PROBLEM, e);
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (all.isEmpty()) {
        throw new IOException("there is no certificate in it");
      }
      return all;
    }
  }

  private static List<X509Certificate> javas() throws GeneralSecurityException {
    List<X509Certificate> all = new ArrayList<>();
    for (TrustManager manager : managers(Optional.empty())) {
      if (manager instanceof X509TrustManager x509) {
        all.addAll(List.of(x509.getAcceptedIssuers()));
      }
    }
    return all;
  }

  @SuppressWarnings("NullAway") // init(null) means Java's own store
  private static TrustManager[] managers(Optional<KeyStore> store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store.orElse(null));
    return factory.getTrustManagers();
  }

  private static SSLContext context(KeyManager[] shown, TrustManager[] managers) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(shown, managers, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has TLS", e);
    }
  }

  /// Believes everybody, the name in a certificate included: for hosts whose person said so.
  private static final class Believer extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
