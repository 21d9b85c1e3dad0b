// What a Java archive (jar, war, ear and their like) says of itself and of what is packed into it: archives in archives
// and libraries whose metadata were merged into it. Pure functions.
// Source: JAR File Specification; Jakarta Servlet 6.0, section 10.5; Jakarta EE Platform 10, section 8; Spring Boot,
// "The Executable Jar Format"; maven.apache.org, "Maven Archiver", "POM Reference".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/maven_pom.hpp"

namespace supply::catalog {

/// One library. `pom` holds what is known of it: its group is empty where the archive does not state it.
struct JavaPackage {
  std::string place;  ///< of the archive that it is in, within the outermost one: "" or "WEB-INF/lib/a.jar!/b.jar"
  MavenPom pom;
  std::string sha1;  ///< of the archive in hexadecimal digits, where the archive is this library; else empty
};

/// An archive or a file in one that was not read.
struct JavaUnknown {
  std::string place;  ///< as in JavaPackage
  std::string reason;
};

/// A software bill of materials in an archive.
struct JavaSbom {
  std::string place;   ///< "META-INF/sbom/application.cdx.json", behind its archive's as in JavaPackage
  std::string record;  ///< see embedded_record()
};

struct JavaArchive {
  std::vector<JavaPackage> packages;
  std::vector<JavaUnknown> unknowns;
  std::vector<JavaSbom> sboms;
};

struct JavaLimits {
  std::size_t depth = kMaxJavaArchiveDepth;
  std::uint64_t nested_bytes = kMaxNestedArchiveBytes;
  std::uint64_t metadata_bytes = kMaxJavaMetadataBytes;
  std::size_t packages = kMaxJavaPackages;
};

/// Whether a file's name is that of a Java archive, by its suffix in any case; and whether its first bytes can be of
/// one: other programs use some of the suffixes too. An empty head is of a file that is not known.
bool is_java_archive(std::string_view path, std::string_view head);

/// Whether a file begins as the archives of the jar tool and of the builders do, whatever its name: with META-INF/.
/// Source: java.util.jar.JarInputStream, "the manifest … is the first entry or second entry".
bool begins_java_archive(std::string_view head);

/// `base_name` is the archive's own. What it unpacks is drawn from `share`.
/// Errors: limit_exceeded from `share`. All other faults are unknowns.
Result<JavaArchive> read_java_archive(std::string_view bytes, std::string_view base_name, Share& share,
                                      const JavaLimits& limits = {});

/// To keep it with a layer's facts, and back. Errors: malformed.
std::string to_record(const JavaArchive& archive);
Result<JavaArchive> java_archive_from_record(std::string_view record);

}  // namespace supply::catalog
