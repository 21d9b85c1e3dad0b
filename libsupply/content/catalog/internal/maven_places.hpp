// Where Maven and Gradle keep what they download: there the place of an archive says whose it is.
// Source: maven.apache.org, "Maven Repository Layout"; Gradle, "The Gradle User Home", caches/modules-2.
#pragma once

#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/java_archive.hpp"

namespace supply::catalog {

/// Keeps what the poms say that lie in a Maven repository: GROUP/ARTIFACT/VERSION/ARTIFACT-VERSION.pom.
const rootfs::Collector& maven_poms();

/// Sets what an archive does not say of itself: by the pom beside it in a repository, where both are what the place
/// says, or by the place in Gradle's cache, which has the archive's own checksum in it. `poms` has what maven_poms()
/// kept. Errors: limit_exceeded.
Status identify_by_place(const Context& context, const Contents& poms, std::string_view path, JavaPackage& java);

}  // namespace supply::catalog
