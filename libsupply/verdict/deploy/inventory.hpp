// What is there beside the deployment's files: secrets by name and keys, configs, networks, profiles. A value. Schema:
// schemas/inventory.schema.json.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/base/time/time.hpp"

namespace supply::deploy {

struct InventoryEntry {
  std::string space;  ///< of Kubernetes; empty: not said, any
  std::string name;
  std::optional<std::vector<std::string>> keys = {};  ///< of a secret; absent: not known
  std::optional<Time> created = {};
};

/// A list that is absent is not known: what it would answer is undecided.
struct Inventory {
  std::optional<std::vector<InventoryEntry>> secrets = {}, configs = {}, networks = {}, profiles = {};

  /// Errors: malformed, naming the member.
  static Result<Inventory> parse(std::string_view json);
};

}  // namespace supply::deploy
