package dev.skiff.cli;

import dev.skiff.cli.output.ResultBytes;
import dev.skiff.cli.output.SifJson;
import dev.skiff.cli.output.SifText;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifEditor;
import dev.skiff.image.sif.SifEditor.Erasure;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff sif`: looks into SIF files and changes them.
@Command(
    name = "sif",
    mixinStandardHelpOptions = true,
    description = "Look into SIF files and change them.",
    footer = {
      "",
      "Examples:",
      "  skiff sif list app.sif",
      "  skiff sif dump 1 app.sif                  # the definition file",
      "  skiff sif add app.sif notes.json --datatype json --groupid 1 --filename notes.json"
    },
    subcommands = {
      SifCommand.ListObjects.class,
      SifCommand.ShowHeader.class,
      SifCommand.ShowObject.class,
      SifCommand.Dump.class,
      SifCommand.New.class,
      SifAddCommand.class,
      SifCommand.Delete.class,
      SifCommand.SetPrimary.class
    })
final class SifCommand {

  /// `skiff sif list`.
  @Command(name = "list", description = "List the objects of a SIF file.")
  static final class ListObjects extends Subcommand {

    @Parameters(paramLabel = "IMAGE", description = "A SIF file.")
    private String image = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    int run(Terminal terminal) {
      return new SifAccess("list the objects of", image)
          .read(sif ->
              terminal.show(
                  json ? SifJson.list(sif.descriptors()) + "\n" : SifText.list(sif.descriptors())));
    }
  }

  /// `skiff sif header`.
  @Command(name = "header", description = "Print the header of a SIF file.")
  static final class ShowHeader extends Subcommand {

    @Parameters(paramLabel = "IMAGE", description = "A SIF file.")
    private String image = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    int run(Terminal terminal) {
      return new SifAccess("print the header of", image)
          .read(sif ->
              terminal.show(
                  json
                      ? SifJson.header(sif.header()) + "\n"
                      : SifText.header(sif.header(), terminal.outKind())));
    }
  }

  /// `skiff sif info`.
  @Command(name = "info", description = "Print what is known of an object.")
  static final class ShowObject extends Subcommand {

    @Parameters(index = "0", paramLabel = "ID", description = "The object's number.")
    private long id;

    @Parameters(index = "1", paramLabel = "IMAGE", description = "A SIF file.")
    private String image = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    int run(Terminal terminal) {
      SifAccess access = new SifAccess("describe object " + id + " of", image);
      return access.read(sif -> {
        SifDescriptor object = access.object(sif, id);
        terminal.show(
            json ? SifJson.info(object) + "\n" : SifText.info(object, terminal.outKind()));
      });
    }
  }

  /// `skiff sif dump`.
  @Command(
      name = "dump",
      description = {
        "Write the bytes of an object to standard output.",
        "A terminal gets them as text, with control characters as \\u001b and the like."
      },
      footer = {"", "Example: skiff sif dump 3 app.sif > root.squashfs"})
  static final class Dump extends Subcommand {

    @Parameters(index = "0", paramLabel = "ID", description = "The object's number.")
    private long id;

    @Parameters(index = "1", paramLabel = "IMAGE", description = "A SIF file.")
    private String image = "";

    @Override
    int run(Terminal terminal) {
      SifAccess access = new SifAccess("print object " + id + " of", image);
      return access.read(sif -> {
        try (ResultBytes out = terminal.resultBytes()) {
          sif.copy(access.object(sif, id), out);
        }
      });
    }
  }

  /// `skiff sif new`.
  @Command(name = "new", description = "Make a SIF file without objects.")
  static final class New extends Subcommand {

    @Parameters(paramLabel = "IMAGE", description = "The file to make.")
    private String image = "";

    @Option(
        names = {"-F", "--force"},
        description = "Replace an existing file.")
    private boolean force;

    @Override
    int run(Terminal terminal) {
      SifAccess access = new SifAccess("make", image);
      try {
        if (force) {
          var _ = Files.deleteIfExists(access.path());
        }
        SifEditor.create(access.path(), UUID.randomUUID(), SifEditor.Launch.NOTHING, now()).close();
        return ExitCode.DONE.status();
      } catch (IOException e) {
        throw access.problem(e);
      }
    }
  }

  /// `skiff sif del`.
  @Command(
      name = "del",
      description = "Delete an object. Its bytes stay in the file, named by nothing.",
      footer = {"", "Example: skiff sif del 4 --compact app.sif"})
  static final class Delete extends Subcommand {

    @Parameters(index = "0", paramLabel = "ID", description = "The object's number.")
    private long id;

    @Parameters(index = "1", paramLabel = "IMAGE", description = "A SIF file.")
    private String image = "";

    @Option(names = "--zero", description = "Overwrite its bytes with zeros.")
    private boolean zero;

    @Option(names = "--compact", description = "Cut off what lies behind the last object left.")
    private boolean compact;

    @Override
    int run(Terminal terminal) {
      SifAccess access = new SifAccess("delete object " + id + " of", image);
      return access.edit(sif -> {
        int number = access.number(id);
        var broken = SifSignatures.brokenBy(sif, number);
        sif.delete(number, zero ? Erasure.ZERO_BYTES : Erasure.KEEP_BYTES, now());
        if (compact) {
          sif.compact(now());
        }
        broken.ifPresent(terminal::warn);
      });
    }
  }

  /// `skiff sif setprim`.
  @Command(name = "setprim", description = "Make a system partition the container's root.")
  static final class SetPrimary extends Subcommand {

    @Parameters(index = "0", paramLabel = "ID", description = "The partition's number.")
    private long id;

    @Parameters(index = "1", paramLabel = "IMAGE", description = "A SIF file.")
    private String image = "";

    @Override
    int run(Terminal terminal) {
      SifAccess access = new SifAccess("set the primary partition of", image);
      return access.edit(sif -> {
        int number = access.number(id);
        var broken = SifSignatures.brokenBy(sif, number);
        sif.setPrimary(number, now());
        broken.ifPresent(terminal::warn);
      });
    }
  }

  static long now() {
    return Instant.now().getEpochSecond();
  }
}
