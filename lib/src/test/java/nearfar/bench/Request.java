package nearfar.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** A line of the driver: a command and what it says about it. */
record Request(String command, Map<String, String> words) {

  static Request of(String line) {
    String[] parts = line.strip().split(" +", -1);
    Map<String, String> words = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      // A blank in a folder's name is written as %20.
      words.put(parts[i].substring(0, equals), parts[i].substring(equals + 1).replace("%20", " "));
    }
    return new Request(parts[0], words);
  }

  String text(String key) {
    String text = words.get(key);
    if (text == null) {
      throw new IllegalArgumentException(command + " needs " + key + ", got " + words.keySet());
    }
    return text;
  }

  int number(String key) {
    return Integer.parseInt(text(key));
  }

  double decimal(String key) {
    return Double.parseDouble(text(key));
  }

  boolean has(String key) {
    return words.containsKey(key);
  }
}
