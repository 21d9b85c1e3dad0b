// The paths that packages of the image's system own, kept so that they are found by their last component: several
// catalogers ask whose a file is, and the databases are read for it once.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/cataloger.hpp"

namespace supply::catalog {

/// One thread at a time. The packages of the system stay where they are in the Inventory while this is in use.
class SystemFiles {
 public:
  /// Takes what the packages in `catalog` own; a second call returns what the first did. Errors: limit_exceeded, those
  /// of Cataloger::owned.
  Status read(const Context& context, const pkg::Inventory& catalog);
  /// Calls with every path whose last component is one of `names`, in the order in which the databases have them.
  /// Errors: those of `call`.
  Status each_named(const std::set<std::string_view>& names, const OwnedPath& call) const;

 private:
  struct Owned {
    std::size_t at;  // in text_
    std::uint32_t length, owner;
  };
  std::string_view path(const Owned& owned) const { return std::string_view(text_).substr(owned.at, owned.length); }

  Status take(const Context& context, const pkg::Inventory& catalog);

  std::optional<Status> read_;
  std::string text_;  // all paths
  std::vector<Owned> owned_;
  std::vector<std::uint32_t> first_, by_name_;  // of each hash of a last component where it begins in by_name_
};

}  // namespace supply::catalog
