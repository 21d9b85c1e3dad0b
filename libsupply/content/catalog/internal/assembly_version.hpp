// What a .NET assembly says of itself: the version resource of a PE file that has a CLR header. Pure functions, and a
// search in a stream. Source: Microsoft, "PE Format" (headers, data directories, .rsrc) and "VS_VERSIONINFO".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::catalog {

struct AssemblyVersion {
  std::string name;     ///< of the assembly: "Newtonsoft.Json"; empty where it does not say it
  std::string version;  ///< "13.0.3": of the product, else of the file; empty where it says none
  std::string company;
};

/// Finds the version resource while a PE file streams by, and holds the headers and the resources alone.
class AssemblySearch {
 public:
  void feed(std::string_view chunk);
  std::size_t held() const { return held_.capacity(); }
  /// A record for assembly_from_record(). Nothing of what is no assembly.
  std::optional<std::string> finish();

 private:
  void read_headers();

  enum class Is { unknown, assembly, bare, other, too_large, malformed };
  Is is_ = Is::unknown;
  std::string held_;
  std::uint64_t at_ = 0;                                 // bytes that have passed
  std::uint64_t resources_at_ = 0, resources_size_ = 0;  // in the file
  std::uint32_t resources_address_ = 0;
};

/// All empty for an assembly without a version resource. Errors: limit_exceeded (kMaxLanguageDatabaseBytes), malformed.
Result<AssemblyVersion> assembly_from_record(std::string_view record);

/// The version resource in the bytes of a resource directory, which has that address in memory; nothing where there is
/// none. Errors: malformed.
Result<std::optional<std::string>> version_resource(std::string_view resources, std::uint32_t address);
/// What VS_VERSIONINFO says. Errors: malformed.
Result<AssemblyVersion> parse_version_info(std::string_view resource);

}  // namespace supply::catalog
