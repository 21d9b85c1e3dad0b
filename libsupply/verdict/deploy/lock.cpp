#include "libsupply/verdict/deploy/lock.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/yaml/node.hpp"

namespace supply::deploy {

std::string lock_of(const Deployment& deployment, const Digests& digests) {
  std::map<std::string, std::set<std::string>> places;
  for (const DeployedImage& image : images_of(deployment)) places[image.text.value].insert(to_string(image.text.place));
  json::Value images = json::Value::array();
  for (const auto& [name, where] : places) {
    const auto digest = digests.find(name);
    if (digest == digests.end()) continue;
    images.push_back({{"name", name}, {"digest", digest->second}, {"places", where}});
  }
  return json::to_pretty_text({{"version", 1}, {"images", std::move(images)}});
}

Result<Digests> parse_lock(std::string_view text) {
  SUPPLY_TRY(const json::Value value, json::parse(text));
  SUPPLY_TRY(const std::int64_t version, json::require_integer(value, "version"));
  if (version != 1) return Error(ErrorCode::malformed, "version " + std::to_string(version) + " is not known; 1 is");
  SUPPLY_TRY(const json::Value* images, json::optional_array(value, "images"));
  if (images == nullptr) return Error(ErrorCode::malformed, "missing member \"images\"");
  Digests digests;
  for (const json::Value& each : *images) {
    SUPPLY_TRY(const std::string name, json::require_string(each, "name").at("images"));
    SUPPLY_TRY(const std::string digest_text, json::require_string(each, "digest").at("images"));
    SUPPLY_TRY(const Digest digest, Digest::parse(digest_text).at("images: " + quote(name)));
    const auto [known, is_new] = digests.emplace(name, digest.to_string());
    if (!is_new && known->second != digest.to_string())
      return Error(ErrorCode::malformed, "images: " + quote(name) + " has two digests");
  }
  return digests;
}

Pinned pin(const File& file, const Deployment& deployment, const Digests& digests) {
  Pinned pinned{file.text, 0, {}};
  // From the end, so that the places before stay where they are.
  std::map<std::size_t, std::string, std::greater<>> insertions;
  std::set<Location> seen;
  for (const DeployedImage& image : images_of(deployment)) {
    const Text& text = image.text;
    if (text.place.uri != file.name || !seen.insert(text.place).second) continue;
    const auto leave = [&](const std::string& why) {
      pinned.left_out.push_back(to_string(text.place) + ": " + text.value + ": " + why);
    };
    if (text.value.find('@') != std::string::npos) continue;
    if (!text.unset.empty()) {
      leave("variable " + text.unset + " is not set");
      continue;
    }
    const auto digest = digests.find(text.value);
    if (digest == digests.end()) {
      leave("it was not resolved");
      continue;
    }
    std::size_t at = yaml::offset_of(
        file.text, {static_cast<std::uint32_t>(text.place.line), static_cast<std::uint32_t>(text.place.column)});
    if (at < file.text.size() && (file.text[at] == '"' || file.text[at] == '\'')) ++at;
    const std::size_t end = at + text.value.size();
    const bool whole =
        end >= file.text.size() || std::string_view(" \t\r\n\"',}]#").find(file.text[end]) != std::string_view::npos;
    if (file.text.compare(at, text.value.size(), text.value) != 0 || !whole) {
      leave("it is not written as it is read");
      continue;
    }
    insertions[end] = "@" + digest->second;
  }
  for (const auto& [at, what] : insertions) pinned.text.insert(at, what);
  pinned.digests = insertions.size();
  return pinned;
}

}  // namespace supply::deploy
