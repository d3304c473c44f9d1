package dev.skiff.builder.stage;

import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.builder.progress.BuildListener;

/// Says of which stage it is that something is told, where several are under way at once.
///
/// @param stage its name, or `stage 2` where it has none
public record StageVoice(String stage, BuildListener listener) implements BuildListener {

  @Override
  public void on(BuildEvent event) {
    listener.on(
        switch (event) {
          case BuildEvent.OutputLine(var stream, String line, var _) ->
              new BuildEvent.OutputLine(stream, line, stage);
          case BuildEvent.BytesMoved(String what, long done, long total) ->
              new BuildEvent.BytesMoved(said(what), done, total);
          case BuildEvent.PartMoved(String what, String part, long done, long total) ->
              new BuildEvent.PartMoved(said(what), part, done, total);
          case BuildEvent.PhaseFinished(String what, long bytes, var duration) ->
              new BuildEvent.PhaseFinished(said(what), bytes, duration);
          case BuildEvent.Noted(String text) -> new BuildEvent.Noted(said(text));
          case BuildEvent.StepStarted _,
              BuildEvent.StepFinished _,
              BuildEvent.Delivered _,
              BuildEvent.Warned _ ->
              event;
        });
  }

  private String said(String what) {
    return stage + ": " + what;
  }
}
