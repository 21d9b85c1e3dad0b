// The programs that are known by their own bytes: which files may hold one, and where its version is in them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/image/rootfs/collector.hpp"

namespace supply::catalog {

struct ProgramKind {
  enum class Form : std::uint8_t {
    executable,  ///< ELF, PE or Mach-O
    text,        ///< a text file beside the program
    runtime,     ///< an executable of any name, of kMinRuntimeBytes at least, that has an application in it
  };
  std::string_view name;   ///< of the package, which is a generic one
  std::string_view files;  ///< names of files, one of which the last component of the path is; "libnode.so*" begins so
  /// The version is what the first group of this RE2 pattern matches, of bytes. Its match ends with a byte that is no
  /// part of the version, and has at most kMaxProgramVersionBytes. "%" in it stands for the first "3.11" in the name.
  const char* version;
  std::string_view cpes = {};  ///< "vendor:product" as the NVD has them, separated by spaces
  /// Must be in the file too where the version alone does not say what it is of: such a file without a version is
  /// the program without a version.
  std::string_view proof = {};
  Form form = Form::executable;
  std::string_view beside = {};  ///< of a text file: paths below its directory, one of which must be there
  /// Of a runtime: what is so many times in the file when it has an application in it; empty where its name alone says
  /// that.
  std::string_view application = {};
  int application_times = 1;
};

/// Runtimes are at least so large: Node.js, Bun and Deno have 30 MB and more.
inline constexpr std::uint64_t kMinRuntimeBytes = std::uint64_t{16} << 20;

std::span<const ProgramKind> program_kinds();
/// The kinds that a file of that name may be. Without runtimes, which are of no name.
std::vector<const ProgramKind*> program_kinds_of(std::string_view base_name);
std::vector<const ProgramKind*> program_runtimes();
/// For rootfs::Collector, without runtimes. Static storage.
std::span<const rootfs::Select> program_selects();
/// "cpe:2.3:a:nodejs:node.js:18.20.4:*:*:*:*:*:*:*", sorted; none without a version.
/// Source: NIST IR 7695, section 6.2.
std::vector<std::string> cpes_of(std::string_view vendors_and_products, std::string_view version);

}  // namespace supply::catalog
