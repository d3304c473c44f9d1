package dev.skiff.runtime.gpu;

import java.util.ArrayList;
import java.util.List;

/// A GPU as NVIDIA's kernel module tells of it in `/proc/driver/nvidia/gpus`.
///
/// @param model its name
/// @param uuid `GPU-` and hexadecimal digits; empty when it is not told
/// @param bus where it is on the PCI bus, `0000:07:00.0`
/// @param minor the number of its node, `/dev/nvidiaN`; -1 when it is not told
public record NvidiaGpu(String model, String uuid, String bus, int minor) {

  private static final String FOLDER = "/proc/driver/nvidia/gpus";
  private static final int MOST_DIGITS = 4;

  /// All of a host, by their place on the bus, in which NVIDIA's tools count them; none without the
  /// kernel module.
  static List<NvidiaGpu> all(DriverTree host) {
    List<NvidiaGpu> gpus = new ArrayList<>();
    for (String bus : host.names(FOLDER)) {
      String text = host.text(FOLDER + "/" + bus + "/information");
      gpus.add(
          new NvidiaGpu(
              value(text, "Model:"),
              value(text, "GPU UUID:"),
              bus,
              number(value(text, "Device Minor:"))));
    }
    return gpus;
  }

  private static String value(String text, String key) {
    int at = text.startsWith(key) ? 0 : text.indexOf("\n" + key) + 1;
    if (at == 0 && !text.startsWith(key)) {
      return "";
    }
    int end = text.indexOf('\n', at);
    return text.substring(at + key.length(), end < 0 ? text.length() : end).strip();
  }

  /// A small number without a sign, or -1.
  static int number(String digits) {
    if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
