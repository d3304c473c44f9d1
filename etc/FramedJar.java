import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// `java etc/FramedJar.java JAR`: gives the classes of a jar, in place, the stack maps that classes of Java 6 and newer
/// have. The JVM keeps no class without them in a start-up cache, and verifies each anew at every start. What the classes
/// do stays as it is. Called by dist.sh.
final class FramedJar {

  public static void main(String[] words) throws IOException {
    Path jar = Path.of(words[0]);
    Path made = jar.resolveSibling(jar.getFileName() + ".partial");
    try (ZipFile from = new ZipFile(jar.toFile());
        URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        OutputStream file = Files.newOutputStream(made);
        ZipOutputStream to = new ZipOutputStream(file)) {
      ClassFile classes =
          ClassFile.of(
              StackMapsOption.GENERATE_STACK_MAPS,
              ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofClassLoading(loader).cached()));
      for (ZipEntry entry : from.stream().filter(e -> !e.isDirectory()).toList()) {
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTimeLocal(entry.getTimeLocal());
        to.putNextEntry(copy);
        try (InputStream in = from.getInputStream(entry)) {
          to.write(framed(classes, entry.getName(), in.readAllBytes()));
        }
        to.closeEntry();
      }
    }
    Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] framed(ClassFile classes, String name, byte[] bytes) {
    if (!name.endsWith(".class") || classes.parse(bytes).majorVersion() >= ClassFile.JAVA_6_VERSION) {
      return bytes;
    }
    ClassTransform newer =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
          } else {
            builder.with(element);
          }
        };
    ClassTransform bodies =
        ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element));
    return classes.transformClass(classes.parse(bytes), newer.andThen(bodies));
  }
}
