#include "libsupply/image/oci/left_out.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"

namespace supply::oci {

std::string to_text(const std::vector<LeftOut>& left_out) {
  std::string text;
  for (const LeftOut& each : left_out)
    text += "left out: " + each.descriptor.digest.to_string() + ": " + escape_for_terminal(each.reason) + "\n";
  return text;
}

nlohmann::json to_json(const std::vector<LeftOut>& left_out) {
  nlohmann::json records = nlohmann::json::array();
  for (const LeftOut& each : left_out)
    records.push_back({{"digest", each.descriptor.digest.to_string()},
                       {"mediaType", each.descriptor.media_type},
                       {"reason", each.reason}});
  return records;
}

}  // namespace supply::oci
