// Package databases, the metadata of packages, and their licences. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxPurlBytes = 16 * kKiB;
inline constexpr std::size_t kMaxCopyrightBytes = 4 * kMiB;
inline constexpr std::size_t kMaxCopyrightLicenses = 1'000;        // of one file; Debian's longest name some hundred
inline constexpr std::size_t kMaxSynopsisCommas = 30;              // ", and" and ", or" in one synopsis
inline constexpr std::size_t kMaxNamedLicenseBytes = kKiB;         // of a text, for the licences that it names
inline constexpr std::size_t kMaxPackageMetadataBytes = 4 * kMiB;  // of what matters in a package.json or METADATA
inline constexpr std::size_t kMaxPackageJsonDepth = 16'000'000;    // a bit each; deeper ones are known unknowns
inline constexpr std::size_t kMaxKnownUnknowns = 10'000;           // of one image; beyond, one says how many more
inline constexpr std::size_t kMaxOsReleaseBytes = 64 * kKiB;
inline constexpr std::size_t kMaxGoVersionBytes = 256;
inline constexpr std::size_t kMaxGoBuildInfoBytes = 8 * kMiB;
inline constexpr std::size_t kMaxGoDataBytes = 8 * kMiB;  // held of a program of before Go 1.18, before its pointers
inline constexpr std::size_t kMaxGoVersionTexts = 1'024;  // of such a program, that begin as a version of Go
inline constexpr std::size_t kMaxGoPointers = 8;          // of such a program, that may be its build information
inline constexpr std::size_t kMaxLicenseExpressionBytes = 64 * kKiB;
inline constexpr std::size_t kMaxLicenseSynopsisBytes = 4 * kKiB;  // longer ones are prose, kept as it is
inline constexpr std::size_t kMaxLicenseDepth = 64;
inline constexpr std::size_t kMaxLicenseTextBytes =
    512 * kKiB;                                              // of a file that is compared with the texts of licences
inline constexpr std::size_t kLicenseTextStepsPerWord = 32;  // of such a comparison
inline constexpr std::size_t kMaxLanguageDatabaseBytes = 8 * kMiB;  // composer's installed.json, a file of conda-meta
inline constexpr std::size_t kMaxTermDepth = 64;                 // of a literal of Erlang or Lua, of PHP's serialize()
inline constexpr std::size_t kMaxJavaArchiveBytes = 512 * kMiB;  // held while it is read
inline constexpr std::size_t kMaxJavaArchiveDepth = 8;           // of archives in archives, the outermost one included
inline constexpr std::size_t kMaxNestedArchiveBytes = 256 * kMiB;  // unpacked, held at the same time
inline constexpr std::size_t kMaxJavaMetadataBytes = 8 * kMiB;     // of one manifest, pom.properties or pom.xml
inline constexpr std::size_t kMaxJavaPackages = 50'000;            // of one outermost archive, and of nested archives
inline constexpr std::size_t kMaxRpmDatabaseBytes = 512 * kMiB;    // Berkeley DB of large systems has some hundred MiB
inline constexpr std::size_t kMaxRpmHeaderBytes = 64 * kMiB;       // of one package: the names and digests of its files
inline constexpr std::size_t kMaxRpmDependencyDepth = 32;          // "((a or b) if c)"
inline constexpr std::size_t kMaxElfHeaders = 65'535;              // of segments, and of sections
inline constexpr std::size_t kMaxElfNoteBytes = kMiB;              // of one segment of notes
inline constexpr std::size_t kMaxAuditedCratesBytes = 8 * kMiB;    // unpacked, as cargo-auditable's own reader
inline constexpr std::size_t kMaxProgramVersionBytes = 512;        // around an anchor, that a pattern is looked for in
inline constexpr std::size_t kMaxReleaseFileBytes = 256 * kKiB;    // a JDK's `release`
inline constexpr std::size_t kMaxKernelModuleBytes = 64 * kMiB;    // unpacked
inline constexpr std::size_t kMaxKernelModuleInfoBytes = 256 * kKiB;  // of what modinfo shows
inline constexpr std::size_t kMaxEmbeddedSbomBytes = 16 * kMiB;       // of an SBOM that lies in an image
inline constexpr std::size_t kMaxModelHeaderBytes = 64 * kMiB;        // of an AI model, held while it is read
inline constexpr std::size_t kMaxModelTextBytes = 64 * kKiB;   // of one text of its metadata; longer ones are not kept
inline constexpr std::size_t kMaxModelKeys = 4'096;            // of general metadata; those behind are not kept
inline constexpr std::size_t kMaxEmbeddedSbomPurls = 100'000;  // that one of them lists

}  // namespace supply
