package dev.skiff.builder.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A private key in PEM form. Java reads PKCS #8 alone; the older forms, which `openssl` still
/// writes, are put into that.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc5915">RFC 5915: EC private keys</a>
final class PemKey {

  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN (?<form>[A-Z ]*)PRIVATE KEY-----(?<text>[^-]*)-----END [A-Z ]*PRIVATE KEY-----");

  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] VERSION = HEX.parseHex("020100");
  private static final byte[] RSA = HEX.parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC = HEX.parseHex("06072a8648ce3d0201");
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int CURVE = 0xA0;

  private PemKey() {}

  /// The first key of a text; nothing if there is none.
  ///
  /// @throws IOException if there is one that cannot be used
  static Optional<PrivateKey> parse(String text) throws IOException, GeneralSecurityException {
    Matcher block = BLOCK.matcher(text);
    if (!block.find()) {
      return Optional.empty();
    }
    String form = block.group("form").strip();
    if (form.equals("ENCRYPTED") || block.group("text").contains("ENCRYPTED")) {
      throw new IOException("its key has a password");
    }
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(block.group("text"));
    } catch (IllegalArgumentException e) {
      throw new IOException("its key is no PEM text", e);
    }
    return Optional.of(
        key(
            switch (form) {
              case "" -> bytes;
              case "RSA" -> wrapped(RSA, bytes);
              case "EC" -> wrapped(der(SEQUENCE, EC, curve(bytes)), bytes);
              default -> throw new IOException("its key is of the form " + form);
            }));
  }

  private static PrivateKey key(byte[] pkcs8) throws IOException, GeneralSecurityException {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        // another of them, perhaps
      }
    }
    throw new IOException("its key is neither of RSA nor of a curve that Java knows");
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, VERSION, algorithm, der(OCTETS, key));
  }

  /// The name of the curve, which an EC key has as its third member.
  private static byte[] curve(byte[] key) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(key);
    try {
      ByteBuffer members = member(in);
      while (members.hasRemaining()) {
        int tag = members.get(members.position()) & 0xFF;
        ByteBuffer member = member(members);
        if (tag == CURVE) {
          byte[] name = new byte[member.remaining()];
          member.get(name);
          return name;
        }
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("its key is cut", e);
    }
    throw new IOException("its key does not name a curve");
  }

  /// What is in the next element.
  private static ByteBuffer member(ByteBuffer in) {
    byte _ = in.get();
    int length = in.get() & 0xFF;
    if (length > 0x7F) {
      int bytes = length & 0x7F;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | (in.get() & 0xFF);
      }
    }
    ByteBuffer content = in.slice(in.position(), Math.clamp(length, 0, in.remaining()));
    in.position(in.position() + content.remaining());
    return content;
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
