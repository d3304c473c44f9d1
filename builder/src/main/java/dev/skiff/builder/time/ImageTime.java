package dev.skiff.builder.time;

import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The time that an image carries: in its header, its tables, its labels, and on every file that
/// the build itself makes. It is known when all inputs are.
///
/// `SOURCE_DATE_EPOCH` if that is set. Otherwise the newest time among the inputs, so that a build
/// gives the same bytes whenever it runs; 1970 if no input has one. Only where scripts run, whose
/// files have the time of the day anyway, it is the clock's.
///
/// One thread at a time may use it.
public final class ImageTime {

  /// Where the time comes from when nobody gives it.
  public enum Origin {
    INPUTS,
    CLOCK
  }

  /// What SquashFS can say: 32 bits, to the year 2106.
  private static final Instant LATEST = Instant.ofEpochSecond(0xFFFF_FFFFL);

  /// The kernel stamps files with a clock that is up to a tick behind.
  private static final Duration TICK = Duration.ofMillis(20);

  private final Optional<Instant> epoch;
  private final Origin origin;
  private final InstantSource clock;
  private final Instant start;
  private Instant newest = Instant.EPOCH;
  private Optional<Instant> kept = Optional.empty();
  private boolean ran;

  private ImageTime(Optional<Instant> epoch, Origin origin, InstantSource clock, Instant start) {
    this.epoch = epoch;
    this.origin = origin;
    this.clock = clock;
    this.start = start;
  }

  /// The time of an image whose build begins now.
  ///
  /// @param epoch `SOURCE_DATE_EPOCH`
  public static ImageTime begin(Optional<Instant> epoch, Origin origin, InstantSource clock) {
    return new ImageTime(epoch, origin, clock, clock.instant());
  }

  /// The time of an image whose one input has this time, and of which nothing else is on disk.
  public static ImageTime of(Instant input) {
    ImageTime time = begin(Optional.empty(), Origin.INPUTS, () -> input);
    time.note(input);
    return time;
  }

  /// The time of one stage: that of a build that begins when this one did, and has no inputs yet.
  public ImageTime ofStage() {
    return new ImageTime(epoch, origin, clock, start);
  }

  /// What a stage is made of is an input of this too.
  public void noteInputsOf(ImageTime stage) {
    note(stage.newest);
  }

  /// The image is what a stage came to.
  public void become(ImageTime stage) {
    newest = stage.newest;
    kept = stage.kept;
    ran = stage.ran;
  }

  /// An input has a time. One before 1970 or after 2106 is taken for none.
  public void note(Instant input) {
    if (input.isAfter(newest) && !input.isAfter(LATEST)) {
      newest = input.truncatedTo(ChronoUnit.SECONDS);
    }
  }

  /// The configuration of an OCI image says when it was created.
  ///
  /// @param created RFC 3339; text that is not is taken for none
  public void noteCreated(Optional<String> created) {
    try {
      created.map(OffsetDateTime::parse).map(OffsetDateTime::toInstant).ifPresent(this::note);
    } catch (DateTimeException e) {
      note(Instant.EPOCH);
    }
  }

  /// The time, in whole seconds. Asked before all inputs are noted it may be too early.
  public Instant value() {
    return epoch.orElseGet(
        () -> origin == Origin.CLOCK ? kept.orElse(start.truncatedTo(ChronoUnit.SECONDS)) : newest);
  }

  /// The image is one that was made before, at that time: the clock does not count.
  public void keep(Instant made) {
    if (!ran) {
      kept = Optional.of(made);
    }
  }

  /// The image is not one that was made before after all.
  public void run() {
    kept = Optional.empty();
    ran = true;
  }

  /// Where the time comes from when nobody gives it.
  public Origin origin() {
    return origin;
  }

  /// The newest time among the inputs noted so far.
  public Instant newestInput() {
    return newest;
  }

  /// Seconds since 1970.
  public long seconds() {
    return value().getEpochSecond();
  }

  /// The latest time that any file in the image may have; empty means any.
  public Optional<Instant> latest() {
    return epoch;
  }

  /// The same for a step that runs no script: what it makes is as old as its inputs, also if the
  /// image has the clock's time.
  ///
  /// @return seconds since 1970
  public long secondsOfInput(FileTime mtime) {
    Instant own = mtime.toInstant();
    boolean made = !own.isBefore(start.minus(TICK)) && !own.isAfter(clock.instant());
    boolean late = epoch.map(own::isAfter).orElse(false);
    return made || late ? epoch.orElse(newest).getEpochSecond() : mtime.to(TimeUnit.SECONDS);
  }

  /// The time that a file on disk has in the image: its own, unless this build made it.
  ///
  /// @return seconds since 1970
  public long secondsOf(FileTime mtime) {
    Instant own = mtime.toInstant();
    boolean made = !own.isBefore(start.minus(TICK)) && !own.isAfter(clock.instant());
    boolean late = epoch.map(own::isAfter).orElse(false);
    boolean itsOwn = origin == Origin.CLOCK && epoch.isEmpty();
    return late || (made && !itsOwn) ? seconds() : mtime.to(TimeUnit.SECONDS);
  }
}
