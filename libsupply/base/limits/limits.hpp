// Every limit on bytes that somebody else wrote, in one place. Exceeding one is ErrorCode::limit_exceeded (exit 4).
// Each constant here has a test at it and one beyond it, with the limit as a parameter where it is large
// (ci/check_limits.py).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace supply {

inline constexpr std::size_t kKiB = 1024, kMiB = 1024 * kKiB;
inline constexpr std::uint64_t kGiB = 1024 * kMiB;

// One run, in the order of Cost (base/limits/budget.hpp): memory, unpacked bytes, entries, verifications, steps. So
// that no input under 10 MB takes more than 1 GB of memory or 20 s of a processor, and a large image what it needs.
inline constexpr std::array<std::uint64_t, 5> kRunMayCost{640 * kMiB, 4 * kGiB, 4'000'000, 20'000, 40'000'000};
inline constexpr std::uint64_t kInputPaysPer = 64;  // for each so many bytes of input, a reader may spend besides:
inline constexpr std::array<std::uint64_t, 5> kInputPays{256, 6'400, 1, 0, 64};

// Documents
inline constexpr std::size_t kMaxDigestBytes = 256;
inline constexpr std::size_t kMaxPlatformBytes = 255;
inline constexpr std::size_t kMaxManifestBytes = 4 * kMiB;  // distribution-spec v1.1: registries may cap at 4 MiB
inline constexpr std::size_t kMaxConfigBytes = 8 * kMiB;
inline constexpr std::size_t kMaxJsonBytes = 256 * kMiB;  // SBOMs with all files are tens of MiB
inline constexpr std::size_t kMaxJsonDepth = 128;
inline constexpr std::size_t kMaxYamlBytes = 4 * kMiB;
inline constexpr std::size_t kMaxYamlDepth = 64;
inline constexpr std::size_t kMaxYamlNodes = 200'000;  // aliases are refused, so nodes are what was written
inline constexpr std::size_t kMaxXmlBytes = 8 * kMiB;
inline constexpr std::size_t kMaxXmlDepth = 128;
inline constexpr std::size_t kMaxXmlElements = 200'000;         // attributes count as elements
inline constexpr std::size_t kMaxZipEntries = 500'000;          // members of one archive
inline constexpr std::size_t kMaxZipNameBytes = 4 * kKiB;       // of one member; Linux's PATH_MAX
inline constexpr std::uint64_t kMaxZipUnpackedBytes = kGiB;     // of the members that are read
inline constexpr std::uint64_t kMaxZipRatio = 1'100;            // unpacked per packed byte; deflate's best is 1,032
inline constexpr std::size_t kMaxBlobBytes = 4 * kGiB;          // a release file is held in memory to be signed
inline constexpr std::size_t kMaxSqliteBytes = 512 * kMiB;      // of a database, as a whole in memory
inline constexpr std::size_t kMaxSqliteValueBytes = 64 * kMiB;  // of one column in one row
inline constexpr std::size_t kMaxSqliteRows = 4'000'000;        // of one query
inline constexpr std::size_t kMaxSqliteSchemaEntries = 1'000;   // tables and indexes; rpm has 40
inline constexpr std::size_t kMaxSqliteSqlBytes = 16 * kKiB;    // of one entry of the schema, and of a query
inline constexpr std::size_t kMaxAttachmentBytes = 128 * kMiB;  // as cosign's COSIGN_MAX_ATTACHMENT_SIZE

// Image trees
inline constexpr std::size_t kMaxDirectoryEntries = 1'000'000;  // blobs of a layout
inline constexpr std::size_t kMaxLayoutFileBytes = 4 * kKiB;    // oci-layout
inline constexpr std::size_t kMaxIndexDepth = 4;
inline constexpr std::size_t kMaxIndexEntries = 10'000;
inline constexpr std::uint64_t kMaxImageDocumentBytes = 64 * kMiB;  // manifests and configs of all images of an index
inline constexpr std::size_t kMaxLayers = 1'000;
inline constexpr std::size_t kMaxHistory = 10'000;  // entries of a config
inline constexpr std::size_t kMaxReferrers = 10'000;
inline constexpr std::size_t kMaxCopiedManifests = 20'000;  // an image's own and all about it, in one copy
inline constexpr std::uint64_t kMaxCopiedManifestBytes = 128 * kMiB;
inline constexpr std::uint64_t kMaxEvidenceBytes = 512 * kMiB;  // all that is attached to one image

inline constexpr std::size_t kMaxArchiveEntries = 1'000'000;     // members of a tar of images
inline constexpr std::size_t kMaxArchiveNameBytes = 128 * kMiB;  // of all their names and link targets
inline constexpr std::size_t kMaxArchiveImages = 10'000;         // in one manifest.json
inline constexpr std::size_t kMaxArchiveListBytes = 16 * kMiB;   // manifest.json
inline constexpr std::uint64_t kMaxSpooledBytes = 256 * kGiB;    // of an archive that comes through a pipe, unpacked

// Layers
inline constexpr std::uint64_t kMaxUnpackedLayerBytes = 256 * kGiB;
inline constexpr std::uint64_t kMaxUnpackRatio = 2'000;  // after kUnpackRatioFloorBytes; gzip's best is 1,030
inline constexpr std::uint64_t kUnpackRatioFloorBytes = 256 * kMiB;
inline constexpr std::size_t kMaxZstdWindowBytes = 128 * kMiB;
inline constexpr std::size_t kMaxGzipHeaderBytes = 256 * kKiB;  // extra field 64 KiB, name, comment
inline constexpr std::size_t kMaxTarPathBytes = 64 * kKiB;
inline constexpr std::size_t kMaxPaxHeaderBytes = kMiB;
inline constexpr std::uint64_t kMaxSparseHoleBytes = 8 * kGiB;  // that are hashed or kept, in one layer
inline constexpr std::size_t kMaxSparseSpans = 1'000'000;
inline constexpr std::size_t kMaxLayerEntries = 10'000'000;
inline constexpr std::size_t kMaxLayerNameBytes = kGiB;   // of all paths and link targets in one layer
inline constexpr std::size_t kMaxTreeNodes = 30'000'000;  // names in a merged tree, removed ones included
inline constexpr std::size_t kMaxPathComponents = 4'096;
inline constexpr std::size_t kMaxSymlinksFollowed = 255;  // as filepath-securejoin, which umoci and podman use
inline constexpr std::size_t kMaxRereadFiles = 50'000;
inline constexpr std::size_t kMaxCollectedFileBytes = 64 * kMiB;
inline constexpr std::uint64_t kMaxCollectedLayerBytes = kGiB;
inline constexpr std::uint64_t kMaxScanCacheBytes = 2 * kGiB;  // of all files of layers' scans

// Packages
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
inline constexpr std::size_t kMaxLicenseExpressionBytes = 64 * kKiB;
inline constexpr std::size_t kMaxLicenseSynopsisBytes = 4 * kKiB;  // longer ones are prose, kept as it is
inline constexpr std::size_t kMaxLicenseDepth = 64;
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

// Statements. Source: sigstore-go internal/limits, cosign
inline constexpr std::size_t kMaxSubjects = 1'024;
inline constexpr std::size_t kMaxSubjectDigests = 32;
inline constexpr std::size_t kMaxSignatures = 1'000;
// Refusals that are listed of one subject; beyond, one more says how many there are.
inline constexpr std::size_t kMaxRefusedListed = 1'000;
inline constexpr std::size_t kMaxDependencies = 100'000;  // resolvedDependencies, materials
inline constexpr std::size_t kMaxLogEntries = 32;
inline constexpr std::size_t kMaxTimestamps = 32;
inline constexpr std::size_t kMaxKeyFileBytes = 64 * kKiB;
inline constexpr std::uint64_t kMaxKeyFileRounds = 5'000'000;  // PBKDF2, which a key file chooses
inline constexpr std::uint64_t kMaxScryptBytes = 32 * kMiB;    // 128 r (N + p + 2)
inline constexpr std::uint64_t kMaxScryptBlocks = 1 << 24;     // N r p
inline constexpr int kMaxRsaBits = 16'384;                     // OpenSSL's own limit

// Source trees
inline constexpr std::size_t kMaxPinFileBytes = 4 * kMiB;  // Dockerfiles, lock files
inline constexpr std::size_t kMaxPinFiles = 10'000;
inline constexpr std::size_t kMaxReferences = 10'000;           // in one Dockerfile, stages and faults included
inline constexpr std::size_t kMaxLockEntries = 100'000;         // in one lock file
inline constexpr int kMaxSubstitutionDepth = 32;                // ${A:-${B:-…}}
inline constexpr std::size_t kMaxSubstitutedBytes = 64 * kKiB;  // by variables, into one word
inline constexpr std::size_t kMaxSubstitutedFileBytes = 16 * kMiB;
inline constexpr std::size_t kMaxShellPatternBytes = kKiB;  // in ${name/pattern/…}, ${name#pattern} and the like
inline constexpr std::size_t kMaxWalkedEntries = 2'000'000;
inline constexpr std::size_t kMaxProbedEntries = 20'000;  // behind one link that leads out of the tree
inline constexpr std::size_t kMaxWalkDepth = 128;

// The network
inline constexpr std::size_t kMaxUrlBytes = 16 * kKiB;          // signed download addresses are a few KiB
inline constexpr std::size_t kMaxHttpHeaderBytes = 256 * kKiB;  // of one answer
// Of the headers of an answer's chunks: so many, and so many for each byte of its body. A chunk of one byte has five.
inline constexpr std::uint64_t kMaxChunkHeaderBytes = kMiB, kMaxChunkHeaderBytesPerByte = 16;
inline constexpr std::size_t kMaxTokenBytes = 256 * kKiB;                 // a token server's answer
inline constexpr std::size_t kMaxScopeBytes = 4 * kKiB, kMaxScopes = 16;  // that a challenge demands on top
inline constexpr std::size_t kMaxErrorBodyBytes = 64 * kKiB;              // what is read of an error; the rest is not
inline constexpr std::size_t kMaxTagPageBytes = 8 * kMiB;                 // docker-registry gives all tags in one page
inline constexpr std::size_t kMaxListBytes = 128 * kMiB;  // all pages of one list: a million tags of 128 bytes
inline constexpr std::size_t kMaxTags = 1'000'000;
inline constexpr std::size_t kMaxPages = 1'000;  // of one list
inline constexpr std::size_t kMaxRedirects = 5;
inline constexpr std::size_t kMaxWarnings = 100;  // kept; the rest is dropped
inline constexpr std::size_t kMaxCredentialFileBytes = 4 * kMiB;
inline constexpr std::size_t kMaxTrustFileBytes = 16 * kMiB;  // --ca-file

}  // namespace supply
