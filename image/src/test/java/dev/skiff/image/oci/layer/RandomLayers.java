package dev.skiff.image.oci.layer;

import dev.skiff.image.oci.layer.OrderedModel.Node;
import dev.skiff.image.tar.TarBytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Makes layers that touch the same few paths in every way, and tells a model the same.
final class RandomLayers {

  private static final List<String> NAMES = List.of("a", "b", "c");

  private final Random random;
  private final Parents parents;
  private final StringBuilder told = new StringBuilder();
  private int contents;

  /// Whether a layer has entries for the directories its files are in.
  enum Parents {
    IMPLIED,
    WRITTEN
  }

  RandomLayers(long seed, Parents parents) {
    this.random = new Random(seed);
    this.parents = parents;
  }

  /// Those of one round of a test: layers with entries for directories for every other seed.
  static RandomLayers ofRound(long seed, int round, int rounds) {
    return new RandomLayers(
        seed * rounds + round, seed % 2 == 0 ? Parents.WRITTEN : Parents.IMPLIED);
  }

  /// The next layers, oldest first; the model has them applied afterwards.
  List<MemoryLayer> layers(int count, OrderedModel model) {
    List<MemoryLayer> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      layers.add(MemoryLayer.of(layer(model)));
    }
    return layers;
  }

  /// What the layers hold, for a failure's message.
  String told() {
    return told.toString();
  }

  /// The next layer; the model has it applied afterwards.
  TarBytes layer(OrderedModel model) {
    told.append("layer\n");
    List<String> hidden = new ArrayList<>();
    List<String> opaque = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      hidden.add(path());
    }
    if (random.nextInt(3) == 0) {
      opaque.add(path());
    }
    hidden.forEach(model::remove);
    for (String directory : opaque) {
      Node node = model.at(directory);
      if (node != null && node.directory) {
        model.removeBelow(directory);
      }
    }
    TarBytes tar = new TarBytes();
    boolean whiteoutsFirst = random.nextBoolean();
    if (whiteoutsFirst) {
      writeWhiteouts(tar, hidden, opaque);
    }
    writeEntries(tar, model);
    if (!whiteoutsFirst) {
      writeWhiteouts(tar, hidden, opaque);
    }
    writeLinks(tar, model);
    return tar;
  }

  private void writeWhiteouts(TarBytes tar, List<String> hidden, List<String> opaque) {
    for (String path : hidden) {
      tar.whiteout(path.substring(1));
      told.append("  whiteout ").append(path).append('\n');
    }
    for (String path : opaque) {
      tar.opaque(path.substring(1));
      told.append("  opaque ").append(path).append('\n');
    }
  }

  /// No path and no way to a path stands twice in a layer, so that what is stored is decided.
  private void writeEntries(TarBytes tar, OrderedModel model) {
    Set<String> files = new HashSet<>();
    Set<String> directories = new HashSet<>();
    for (int i = random.nextInt(7); i > 0; i--) {
      String path = path();
      boolean clash = directories.contains(path) || files.contains(path);
      for (String parent : parents(path)) {
        clash |= files.contains(parent);
      }
      if (clash) {
        continue;
      }
      for (String parent : parents(path)) {
        if (directories.add(parent) && parents == Parents.WRITTEN) {
          writeDirectory(tar, model, parent);
        }
      }
      if (random.nextInt(3) == 0) {
        directories.add(path);
        writeDirectory(tar, model, path);
      } else {
        files.add(path);
        writeFile(tar, model, path);
      }
    }
  }

  private void writeDirectory(TarBytes tar, OrderedModel model, String path) {
    int mode = 0700 + random.nextInt(0100);
    int mtime = random.nextInt(1000);
    tar.mode(mode).mtime(mtime).directory(path.substring(1) + "/");
    model.directory(path, "d%04o %d".formatted(mode, mtime));
    told.append("  directory ").append(path).append('\n');
  }

  private void writeFile(TarBytes tar, OrderedModel model, String path) {
    if (random.nextInt(5) == 0) {
      tar.mode(0644).fifo("./" + path.substring(1));
      model.put(path, new Node(false, "p0644"));
      told.append("  fifo ").append(path).append('\n');
    } else {
      String content = "content " + contents++;
      tar.mode(0644).file(path.substring(1), content);
      model.put(path, new Node(false, "f0644 " + content));
      told.append("  file ").append(path).append(' ').append(content).append('\n');
    }
  }

  /// Links stand last, so that it is clear which file they mean; their names are their own.
  private void writeLinks(TarBytes tar, OrderedModel model) {
    List<String> targets = new ArrayList<>(model.files());
    Collections.shuffle(targets, random);
    Set<String> taken =
        new HashSet<>(); // a link to a name that is replaced later could mean either
    for (int i = Math.min(random.nextInt(3), targets.size()); i > 0; i--) {
      String target = targets.get(i - 1);
      String path = "/l" + random.nextInt(4);
      Node node = model.at(target);
      if (node == null || path.equals(target) || !taken.add(path)) {
        continue;
      }
      taken.add(target);
      tar.hardLink(path.substring(1), target.substring(1));
      model.put(path, node);
      told.append("  link ").append(path).append(" to ").append(target).append('\n');
    }
  }

  private String path() {
    StringBuilder path = new StringBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      path.append('/').append(NAMES.get(random.nextInt(NAMES.size())));
    }
    return path.toString();
  }

  private static List<String> parents(String path) {
    List<String> parents = new ArrayList<>();
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      parents.add(path.substring(0, slash));
    }
    return parents;
  }
}
