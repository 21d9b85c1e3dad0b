#include "libsupply/verdict/deploy/inventory.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::deploy {

namespace {

using json::Value;

Result<InventoryEntry> entry(const Value& value) {
  if (value.is_string()) return InventoryEntry{"", value.get<std::string>()};
  if (!value.is_object()) return Error(ErrorCode::malformed, "an entry is a name or an object");
  InventoryEntry one;
  for (const auto& [key, ignored] : value.items())
    if (key != "namespace" && key != "name" && key != "keys" && key != "created")
      return Error(ErrorCode::malformed, "unknown member " + quote(key));
  SUPPLY_TRY(one.space, json::string_or_empty(value, "namespace"));
  SUPPLY_TRY(one.name, json::require_string(value, "name"));
  if (json::find(value, "keys") != nullptr) {
    SUPPLY_TRY(one.keys, json::string_list(value, "keys"));
  }
  SUPPLY_TRY(const std::optional<std::string> created, json::optional_string(value, "created"));
  if (created) {
    SUPPLY_TRY(one.created, parse_rfc3339(*created).at("member \"created\""));
  }
  return one;
}

}  // namespace

Result<Inventory> Inventory::parse(std::string_view text) {
  SUPPLY_TRY(const Value value, json::parse(text));
  if (!value.is_object()) return Error(ErrorCode::malformed, "an inventory is an object");
  SUPPLY_TRY(const std::int64_t version, json::require_integer(value, "version"));
  if (version != 1) return Error(ErrorCode::malformed, "version " + std::to_string(version) + " is not known; 1 is");
  Inventory inventory;
  for (const auto& [key, list] : value.items()) {
    if (key == "version") continue;
    auto* into = key == "secrets"    ? &inventory.secrets
                 : key == "configs"  ? &inventory.configs
                 : key == "networks" ? &inventory.networks
                 : key == "profiles" ? &inventory.profiles
                                     : nullptr;
    if (into == nullptr) return Error(ErrorCode::malformed, "unknown member " + quote(key));
    if (!list.is_array()) return Error(ErrorCode::malformed, "member " + quote(key) + ": want a list");
    into->emplace();
    for (const Value& each : list) {
      SUPPLY_TRY(InventoryEntry one, entry(each).at(key));
      (*into)->push_back(std::move(one));
    }
  }
  return inventory;
}

}  // namespace supply::deploy
