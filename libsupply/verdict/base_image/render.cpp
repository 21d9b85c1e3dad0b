// How the proof is shown.
#include <nlohmann/json.hpp>

#include "libsupply/verdict/base_image/base_image.hpp"

namespace supply::base_image {
namespace {

nlohmann::json text_or_null(const std::optional<Digest>& digest) {
  return digest ? nlohmann::json(digest->to_string()) : nlohmann::json();
}

}  // namespace

nlohmann::json to_json(const Report& report) {
  nlohmann::json platforms = nlohmann::json::array(), findings = nlohmann::json::array();
  for (const PlatformProof& one : report.platforms)
    platforms.push_back({{"platform", one.platform.to_string()},
                         {"image", one.image.to_string()},
                         {"base", text_or_null(one.base)},
                         {"answer", to_string(one.answer)},
                         {"imageLayers", one.image_layers},
                         {"baseLayers", one.base_layers},
                         {"equalLayers", one.equal_layers},
                         {"expected", text_or_null(one.expected)},
                         {"found", text_or_null(one.found)},
                         {"historyIsPrefix", one.history_is_prefix},
                         {"claim", {{"name", one.claim.name}, {"digest", one.claim.digest}}},
                         {"reason", one.reason}});
  for (const Finding& finding : report.findings) findings.push_back(supply::to_json(finding));
  return {{"version", 1},
          {"image", report.image.to_string()},
          {"base", report.base.to_string()},
          {"proven", report.proven()},
          {"platforms", std::move(platforms)},
          {"leftOut", oci::to_json(report.left_out)},
          {"findings", std::move(findings)}};
}

}  // namespace supply::base_image
