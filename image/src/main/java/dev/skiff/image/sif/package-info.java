/// Singularity Image Format files: a header, a table of descriptors, and the objects they name, the
/// root file system among them.
///
/// ```
///  0      header      128 bytes: launch script, magic, version, architecture, id, times, table
///  4096   descriptors 585 bytes each: type, id, group, offset, size, times, name, extra
///  32176  objects     definition file, JSON objects, then the root at a multiple of 4096
/// ```
@NullMarked
package dev.skiff.image.sif;

import org.jspecify.annotations.NullMarked;
