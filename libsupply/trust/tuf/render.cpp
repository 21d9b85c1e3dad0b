#include "libsupply/trust/tuf/render.hpp"

#include <nlohmann/json.hpp>

namespace supply::tuf {

nlohmann::json to_json(const Update& update) {
  nlohmann::json files = nlohmann::json::array();
  for (const Update::File& file : update.files)
    files.push_back({{"name", file.name},
                     {"sha256", file.sha256},
                     {"bytes", file.bytes},
                     {"path", file.path},
                     {"changed", file.changed}});
  return {{"version", 1},
          {"mirror", update.repository.mirror},
          {"root", update.root},
          {"timestamp", update.timestamp},
          {"snapshot", update.snapshot},
          {"targets", update.targets},
          {"expires", to_rfc3339(update.expires)},
          {"files", std::move(files)},
          {"absent", update.absent}};
}

}  // namespace supply::tuf
