package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarBytes;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerMergeTest {

  private final MemorySink sink = new MemorySink();

  /// The merged tree without its root.
  private Map<String, String> merge(TarBytes... oldestFirst) throws IOException {
    List<MemoryLayer> layers = new ArrayList<>();
    for (TarBytes tar : oldestFirst) {
      layers.add(MemoryLayer.of(tar));
    }
    FileTree tree = LayerMerge.merge(layers, sink, MergeLimits.STANDARD);
    Map<String, String> lines = MemorySink.lines(tree);
    lines.remove("");
    return lines;
  }

  private static TarBytes tar() {
    return new TarBytes();
  }

  @Test
  void anUpperFileReplacesALowerOneWhichIsNeverStored() throws IOException {
    assertThat(merge(tar().file("a", "old").file("b", "b"), tar().file("a", "new")))
        .isEqualTo(Map.of("/a", "f0644 new", "/b", "f0644 b"));
    assertThat(sink.stored()).containsExactly("new", "b");
  }

  @Test
  void aWhiteoutRemovesWhatIsBelowAndNotWhatStandsInItsOwnLayer() throws IOException {
    assertThat(
            merge(
                tar().file("a", "1").file("b", "1").file("c", "1"),
                tar().file("b", "2").whiteout("a").whiteout("b").whiteout("c").file("c", "2")))
        .isEqualTo(Map.of("/b", "f0644 2", "/c", "f0644 2"));
    assertThat(sink.stored()).containsExactly("2", "2");
  }

  @Test
  void aWhiteoutWithinADirectoryThatItsLayerHasNoEntryForLeavesTheDirectory() throws IOException {
    assertThat(
            merge(
                tar().mode(0700).directory("d").mode(0644).file("d/a", "1").file("d/b", "1"),
                tar().whiteout("d/a")))
        .isEqualTo(Map.of("/d", "d0700 1000000", "/d/b", "f0644 1"));
  }

  @Test
  void aWhiteoutInADirectoryThatNobodyHasMakesNone() throws IOException {
    assertThat(merge(tar().file("a", "1"), tar().whiteout("d/e/x")))
        .isEqualTo(Map.of("/a", "f0644 1"));
  }

  @Test
  void anOpaqueDirectoryHidesAllLowerLayersAndKeepsItsOwn() throws IOException {
    assertThat(
            merge(
                tar().file("d/a", "1").file("d/e/b", "1"),
                tar().file("d/e/c", "2"),
                tar().file("d/own", "3").opaque("d")))
        .isEqualTo(Map.of("/d", "d0755 0", "/d/own", "f0644 3"));
    assertThat(sink.stored()).containsExactly("3");
  }

  @Test
  void aMiddleFileHiddenByAnUpperDirectoryStillHidesTheLowestDirectory() throws IOException {
    assertThat(
            merge(
                tar().file("d/lowest", "1"),
                tar().file("d", "a file"),
                tar().mode(0711).directory("d")))
        .isEqualTo(Map.of("/d", "d0711 1000000"));
  }

  @Test
  void aMiddleWhiteoutHidesTheLowestDirectoryBelowAnUpperOne() throws IOException {
    assertThat(
            merge(
                tar().mode(0700).directory("d").file("d/lowest", "1"),
                tar().whiteout("d"),
                tar().mode(0644).file("d/top", "3")))
        .isEqualTo(Map.of("/d", "d0755 0", "/d/top", "f0644 3"));
  }

  @Test
  void theUpperDirectoryEntryDecidesTheAttributesAndChildrenAreUnited() throws IOException {
    assertThat(
            merge(
                tar().mode(0700).directory("d").mode(0644).file("d/a", "1"),
                tar().mode(01777).directory("./d/").mode(0600).file("/d/b", "2")))
        .isEqualTo(Map.of("/d", "d1777 1000000", "/d/a", "f0644 1", "/d/b", "f0600 2"));
  }

  @Test
  void impliedDirectoriesTakeTheAttributesOfALowerLayer() throws IOException {
    assertThat(merge(tar().mode(0700).directory("d"), tar().mode(0644).file("d/a", "1")))
        .isEqualTo(Map.of("/d", "d0700 1000000", "/d/a", "f0644 1"));
  }

  @Test
  void pathsNeverLeaveTheRoot() throws IOException {
    assertThat(merge(tar().file("../../etc/a", "1").file("/b", "2").file("x/../../c", "3")))
        .isEqualTo(
            Map.of("/etc", "d0755 0", "/etc/a", "f0644 1", "/b", "f0644 2", "/c", "f0644 3"));
  }

  @Test
  void theLastOfEqualPathsInALayerWins() throws IOException {
    assertThat(merge(tar().file("a", "1").symlink("a", "b").file("a", "3")))
        .isEqualTo(Map.of("/a", "f0644 3"));
  }

  @Test
  void aFileThenDirectoryInOneLayerHidesTheLowerDirectory() throws IOException {
    assertThat(
            merge(tar().file("d/old", "1"), tar().file("d", "x").directory("d").file("d/new", "2")))
        .isEqualTo(Map.of("/d", "d0644 1000000", "/d/new", "f0644 2"));
  }

  @Test
  void linksOfTheSameLayerAreFollowedOnTheWayToAFileAndStayInTheTree() throws IOException {
    assertThat(
            merge(
                tar()
                    .symlink("lib", "usr/lib")
                    .file("lib/a", "1")
                    .symlink("up", "../../../../etc")
                    .file("up/passwd", "2")))
        .isEqualTo(
            Map.of(
                "/etc", "d0755 0",
                "/etc/passwd", "f0644 2",
                "/lib", "l -> usr/lib",
                "/up", "l -> ../../../../etc",
                "/usr", "d0755 0",
                "/usr/lib", "d0755 0",
                "/usr/lib/a", "f0644 1"));
  }

  @Test
  void linksInACircleAreRefused() {
    TarBytes circle = tar().symlink("a", "b").symlink("b", "a").file("a/x", "1");
    assertThatThrownBy(() -> merge(circle))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("more than 40 symbolic links");
  }

  @Test
  void hardLinksShareOneFileStoredOnce() throws IOException {
    assertThat(merge(tar().file("a", "1").hardLink("b", "./a").hardLink("c", "/b")))
        .isEqualTo(Map.of("/a", "f0644 1", "/b", "= /a", "/c", "= /a"));
    assertThat(sink.stored()).containsExactly("1");
  }

  @Test
  void aHardLinkMayComeBeforeItsTargetAndMayLeadToASymbolicLink() throws IOException {
    assertThat(merge(tar().hardLink("a", "z").symlink("z", "t").hardLink("b", "z")))
        .isEqualTo(Map.of("/a", "l -> t", "/b", "= /a", "/z", "= /a"));
  }

  @Test
  void aHardLinkToAReplacedFileKeepsTheOldBytesAndReadsItsLayerAgain() throws IOException {
    MemoryLayer lower = MemoryLayer.of(tar().file("x", "x").file("a", "old").hardLink("b", "a"));
    MemoryLayer upper = MemoryLayer.of(tar().file("a", "new"));
    FileTree tree = LayerMerge.merge(List.of(lower, upper), sink, MergeLimits.STANDARD);
    Map<String, String> lines = MemorySink.lines(tree);
    assertThat(lines).containsEntry("/a", "f0644 new").containsEntry("/b", "f0644 old");
    assertThat(sink.stored()).containsExactly("new", "x", "old");
    assertThat(lower.opened()).isEqualTo(2);
    assertThat(upper.opened()).isEqualTo(1);
  }

  @Test
  void aHardLinkMayLeadIntoALowerLayerEvenToAFileReplacedAbove() throws IOException {
    assertThat(
            merge(
                tar().file("d/a", "1"),
                tar().file("unrelated", "u"),
                tar().hardLink("b", "d/a").hardLink("c", "d/a"),
                tar().file("d/a", "4")))
        .containsEntry("/b", "f0644 1")
        .containsEntry("/c", "= /b")
        .containsEntry("/d/a", "f0644 4");
    assertThat(sink.stored()).containsExactly("4", "u", "1");
  }

  @Test
  void aHardLinkToALaterHardLinkLeadsWhereThatOneDoes() throws IOException {
    for (String name : List.of("t", "u", "v", "w")) {
      assertThat(
              merge(
                  tar().file(name, "replaced").file("x", "1"),
                  tar().hardLink("l", name).hardLink(name, "x")))
          .isEqualTo(Map.of("/l", "f0644 1", "/" + name, "= /l", "/x", "= /l"));
    }
  }

  @Test
  void hardLinksThatNameEachOtherLeadToTheLowerFile() throws IOException {
    assertThat(merge(tar().file("b", "1"), tar().hardLink("a", "b").hardLink("b", "a")))
        .isEqualTo(Map.of("/a", "f0644 1", "/b", "= /a"));
  }

  @Test
  void aHardLinkToItselfLeavesTheFileAsItIs() throws IOException {
    assertThat(
            merge(tar().file("a", "1").hardLink("a", "a").hardLink("b", "b"), tar().file("b", "2")))
        .isEqualTo(Map.of("/a", "f0644 1", "/b", "f0644 2"));
  }

  @Test
  void aHardLinkToNothingIsRefused() {
    assertThatThrownBy(() -> merge(tar().hardLink("b", "nothing")))
        .isInstanceOf(MalformedImageException.class)
        .hasMessage("layer: linkname: no layer has 'nothing'");
  }

  @Test
  void aHardLinkToAFileRemovedBetweenIsRefused() {
    assertThatThrownBy(
            () -> merge(tar().file("d/a", "1"), tar().whiteout("d"), tar().hardLink("b", "d/a")))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("it was removed");
  }

  @Test
  void aHardLinkToADirectoryIsRefused() {
    assertThatThrownBy(() -> merge(tar().directory("d"), tar().hardLink("b", "d")))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("it is a directory");
  }

  @Test
  void filesOfAufsItselfAreDroppedButLinksToThemLive() throws IOException {
    assertThat(
            merge(
                tar()
                    .file(".wh..wh.aufs", "")
                    .directory(".wh..wh.plnk")
                    .file(".wh..wh.plnk/12.3", "linked")
                    .hardLink("a", ".wh..wh.plnk/12.3")
                    .hardLink("b", ".wh..wh.plnk/12.3")))
        .isEqualTo(Map.of("/a", "f0644 linked", "/b", "= /a"));
  }

  @Test
  void aWhiteoutForNoNameIsRefused() {
    for (String name : List.of("d/.wh.", "d/.wh..", "d/.wh...")) {
      assertThatThrownBy(() -> merge(tar().file(name, "")))
          .isInstanceOf(MalformedImageException.class)
          .hasMessageContaining("a whiteout for no file");
    }
  }

  @Test
  void moreBytesOrEntriesThanAllowedAreRefused() {
    List<MemoryLayer> big = List.of(MemoryLayer.of(tar().file("a", new byte[5000])));
    assertThatThrownBy(() -> LayerMerge.merge(big, sink, new MergeLimits(4000, 10)))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("more than the 4000 bytes there is room for");
    List<MemoryLayer> many = List.of(MemoryLayer.of(tar().file("a", "").file("b", "")));
    assertThatThrownBy(() -> LayerMerge.merge(many, sink, new MergeLimits(1 << 20, 1)))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("more than 1");
  }

  @Test
  void theHolesOfASparseFileCount() {
    TarBytes tar =
        tar()
            .pax("GNU.sparse.realsize", "1000000000000", "GNU.sparse.map", "999999999999,1")
            .file("s", "x");
    assertThatThrownBy(() ->
            LayerMerge.merge(List.of(MemoryLayer.of(tar)), sink, new MergeLimits(1L << 30, 10)))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("there is room for");
  }

  @Test
  void noLayersAreAnEmptyRoot() throws IOException {
    assertThat(merge()).isEmpty();
    assertThat(merge(tar())).isEmpty();
  }
}
