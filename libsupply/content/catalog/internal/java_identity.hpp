// Which artifact an archive is, by its own name and what its manifest says. Pure functions.
// Source: maven.apache.org, "Maven Archiver", "Repository layout"; maven-bundle-plugin, "Bundle-SymbolicName"; sbt's
// packageOptions; Jenkins' maven-hpi-plugin; NiFi's nifi-nar-maven-plugin.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/content/catalog/internal/java_manifest.hpp"
#include "libsupply/content/catalog/internal/maven_pom.hpp"

namespace supply::catalog {

/// A file's name in parts: "guava-31.1-jre.jar" is "guava" and "31.1-jre", "x-1.0-linux-x86_64.jar" is "x" and "1.0".
struct JavaFileName {
  std::string stem;               ///< without the suffix
  std::string artifact, version;  ///< the stem and "" where no version is in it
  bool has_no_program = false;    ///< "-sources" or "-javadoc": an archive of something else than a program
};
/// `manifest_version` is tried first, where a version could begin at several places.
JavaFileName parse_java_file_name(std::string_view base_name, std::string_view manifest_version);

/// The version of the archive as the manifest has it, or "".
std::string manifest_version(const JavaManifest& manifest);

/// Coordinates of the archive from its file name and its manifest. The group is empty unless the manifest surely states
/// it: as such (Jenkins, NiFi, Gradle's "group#artifact;version"), or in Implementation-Vendor-Id where another
/// attribute confirms that it is Maven's group and not just a vendor.
MavenCoordinates identify(const JavaFileName& file, const JavaManifest& manifest);

/// How surely a pom in the archive is the archive's own, and not that of something put into it. 0: not at all.
int likeness(const MavenPom& pom, const JavaFileName& file, const JavaManifest& manifest);

}  // namespace supply::catalog
