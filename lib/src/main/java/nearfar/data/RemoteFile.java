package nearfar.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file at its official address.
 *
 * @param dataset the data set it belongs to, also the name of its folder in the cache
 * @param name the file's name
 * @param address where it is
 * @param algorithm of the digest: MD5 where its publisher gives nothing better, else SHA-256
 * @param digest in hexadecimal digits
 */
record RemoteFile(String dataset, String name, URI address, String algorithm, String digest) {

  static RemoteFile of(
      String dataset, String name, String folder, String algorithm, String digest) {
    return new RemoteFile(dataset, name, URI.create(folder + "/" + name), algorithm, digest);
  }

  MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have " + algorithm, e);
    }
  }

  /** The digest that a file on this machine has. */
  String digestOf(Path path) {
    MessageDigest digest = newDigest();
    try (InputStream in = Files.newInputStream(path)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new DataException("cannot read " + path + " (" + e + ")", e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Refuses a file that is not the official one. */
  void check(Path path) {
    String got = digestOf(path);
    if (!got.equals(digest)) {
      throw new DataException(
          path
              + " is not the official file or not whole: expected "
              + algorithm
              + " "
              + digest
              + ", got "
              + got
              + ": remove it, or get it again from "
              + address);
    }
  }
}
