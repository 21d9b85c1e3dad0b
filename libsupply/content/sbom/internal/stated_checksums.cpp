#include "libsupply/content/sbom/internal/stated_checksums.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/internal/reading.hpp"

namespace supply::sbom {

Result<std::vector<pkg::Checksum>> stated_checksums(const json::Value& element, const char* list, const char* algorithm,
                                                    const char* value) {
  std::vector<pkg::Checksum> out;
  SUPPLY_TRY(const json::Value* checksums, json::optional_array(element, list));
  if (checksums == nullptr) return out;
  for (const json::Value& checksum : *checksums) {
    SUPPLY_TRY(const std::string name, json::require_string(checksum, algorithm));
    SUPPLY_TRY(const std::string hex, json::require_string(checksum, value));
    out.push_back({checksum_name(name), to_lower(hex)});
  }
  return out;
}

}  // namespace supply::sbom
