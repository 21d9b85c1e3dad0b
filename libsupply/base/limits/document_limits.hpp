// Documents in whatever format, and blobs that are held whole. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxDigestBytes = 256;
inline constexpr std::size_t kMaxPlatformBytes = 255;
inline constexpr std::size_t kMaxManifestBytes = 4 * kMiB;  // distribution-spec v1.1: registries may cap at 4 MiB
inline constexpr std::size_t kMaxConfigBytes = 8 * kMiB;
inline constexpr std::size_t kMaxJsonBytes = 256 * kMiB;  // SBOMs with all files are tens of MiB
inline constexpr std::size_t kMaxJsonDepth = 128;
inline constexpr std::size_t kMaxYamlBytes = 4 * kMiB;
inline constexpr std::size_t kMaxYamlDepth = 64;
inline constexpr std::size_t kMaxYamlNodes = 200'000;     // aliases are refused, so nodes are what was written
inline constexpr std::size_t kMaxTomlBytes = 16 * kMiB;   // a large uv.lock is 5 MiB
inline constexpr std::size_t kMaxTomlDepth = 64;          // of brackets, and of the parts of a key
inline constexpr std::size_t kMaxTomlValues = 1'000'000;  // tables and arrays count too
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

}  // namespace supply
