// Chisel's manifest: which slices of which of Ubuntu's packages an image has. A jsonwall: one JSON object a line, the
// first of which says how many lines there are. One thread.
// Source: chisel, public/manifest/manifest.go (Package, Path; schema 1.0), public/jsonwall/jsonwall.go.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/catalog.hpp"

namespace supply::catalog {

/// Takes the manifest's text in parts, as it is unpacked.
class ChiselReader {
 public:
  struct Calls {
    std::function<Status(pkg::Package)> package = nullptr;  ///< with name, version, architecture and checksum
    /// `packages` own the path, which has no leading '/'; directories end in '/'.
    std::function<Status(std::string_view path, const std::vector<std::string>& packages)> path = nullptr;
  };
  explicit ChiselReader(Calls calls) : calls_(std::move(calls)) {}

  /// Errors: malformed ("line 41: …"), unsupported (another schema), limit_exceeded (a line), and those of the calls.
  Status feed(std::string_view part);
  /// Says that the text ends here. Errors: as feed(), and malformed where lines are missing.
  Status finish();

 private:
  Status take(std::string_view line);
  Calls calls_;
  std::string rest_;  // of a line that has not ended
  std::size_t number_ = 0, count_ = 0;
};

/// Makes the package's purl: one of Ubuntu's, where nothing says which distribution it is. Errors: malformed.
Status finish_chisel_package(const pkg::OperatingSystem& distribution, pkg::Package& package);

}  // namespace supply::catalog
