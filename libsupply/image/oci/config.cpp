#include "libsupply/image/oci/config.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/strict_json.hpp"

namespace supply::oci {
namespace {

// Docker writes sets ("ExposedPorts", "Volumes") as objects whose values say nothing.
Result<std::vector<std::string>> keys(const json::Value& object, std::string_view key) {
  SUPPLY_TRY(const json::Value* set, json::optional_object(object, key));
  std::vector<std::string> names;
  if (set != nullptr)
    for (const auto& [name, value] : set->items()) names.push_back(name);
  return names;
}

Status parse_run_config(const json::Value& value, Config& config) {
  SUPPLY_TRY(refuse_case_variants(value, {"User", "Env", "Entrypoint", "Cmd", "ExposedPorts", "Volumes", "WorkingDir",
                                          "Labels", "StopSignal", "Healthcheck"}));
  SUPPLY_TRY(config.user, json::string_or_empty(value, "User"));
  SUPPLY_TRY(config.working_dir, json::string_or_empty(value, "WorkingDir"));
  SUPPLY_TRY(config.stop_signal, json::string_or_empty(value, "StopSignal"));
  SUPPLY_TRY(config.env, json::string_list(value, "Env"));
  SUPPLY_TRY(config.entrypoint, json::string_list(value, "Entrypoint"));
  SUPPLY_TRY(config.cmd, json::string_list(value, "Cmd"));
  SUPPLY_TRY(config.exposed_ports, keys(value, "ExposedPorts"));
  SUPPLY_TRY(config.volumes, keys(value, "Volumes"));
  SUPPLY_TRY(config.labels, parse_text_map(value, "Labels"));
  SUPPLY_TRY(const json::Value* healthcheck, json::optional_object(value, "Healthcheck"));
  if (healthcheck != nullptr) {
    SUPPLY_TRY(refuse_case_variants(*healthcheck, {"Test"}).at("Healthcheck"));
    SUPPLY_TRY(const std::vector<std::string> test, json::string_list(*healthcheck, "Test").at("Healthcheck"));
    config.has_healthcheck = !test.empty() && test.front() != "NONE";
  }
  return {};
}

Result<History> parse_history(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object");
  SUPPLY_TRY(refuse_case_variants(value, {"created_by", "comment", "empty_layer"}));
  History history;
  SUPPLY_TRY(history.created_by, json::string_or_empty(value, "created_by"));
  SUPPLY_TRY(history.comment, json::string_or_empty(value, "comment"));
  SUPPLY_TRY(const std::optional<bool> empty, json::optional_bool(value, "empty_layer"));
  history.empty_layer = empty.value_or(false);
  return history;
}

Error too_many(std::string_view what, std::size_t limit) {
  return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(limit) + " " + std::string(what));
}

}  // namespace

Result<Config> Config::parse(std::string_view bytes) {
  SUPPLY_TRY(const json::Value document, json::parse(bytes, {.bytes = kMaxConfigBytes}));
  if (!document.is_object()) return Error(ErrorCode::malformed, "want a JSON object");
  SUPPLY_TRY(refuse_case_variants(document, {"architecture", "os", "variant", "os.version", "os.features", "created",
                                             "config", "rootfs", "history"}));
  Config config;
  SUPPLY_TRY(config.platform, Platform::from_json(document));
  SUPPLY_TRY(const std::optional<std::string> created, json::optional_string(document, "created"));
  if (created) {
    SUPPLY_TRY(config.created, parse_rfc3339(*created).at("member \"created\""));
  }
  SUPPLY_TRY(const json::Value* run, json::optional_object(document, "config"));
  if (run != nullptr) SUPPLY_TRY(parse_run_config(*run, config).at("member \"config\""));

  SUPPLY_TRY(const json::Value* rootfs, json::optional_object(document, "rootfs"));
  if (rootfs == nullptr) return Error(ErrorCode::malformed, "member \"rootfs\": is missing");
  SUPPLY_TRY(refuse_case_variants(*rootfs, {"type", "diff_ids"}).at("rootfs"));
  SUPPLY_TRY(const std::string type, json::require_string(*rootfs, "type").at("rootfs"));
  if (type != "layers")
    return Error(ErrorCode::malformed, "rootfs: member \"type\": want \"layers\", not " + quote(type));
  SUPPLY_TRY(const std::vector<std::string> diff_ids, json::string_list(*rootfs, "diff_ids").at("rootfs"));
  if (diff_ids.size() > kMaxLayers) return too_many("diff_ids", kMaxLayers);
  for (std::size_t i = 0; i < diff_ids.size(); ++i) {
    SUPPLY_TRY(Digest diff_id, Digest::parse(diff_ids[i]).at("diff_id " + std::to_string(i)));
    config.diff_ids.push_back(std::move(diff_id));
  }

  SUPPLY_TRY(const json::Value* history, json::optional_array(document, "history"));
  if (history != nullptr) {
    if (history->size() > kMaxHistory) return too_many("history entries", kMaxHistory);
    for (std::size_t i = 0; i < history->size(); ++i) {
      SUPPLY_TRY(History entry, parse_history((*history)[i]).at("history " + std::to_string(i)));
      config.history.push_back(std::move(entry));
    }
  }
  return config;
}

}  // namespace supply::oci
