#include "libsupply/image/engine/engine.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/http/client.hpp"
#include "libsupply/base/io/stream.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/engine_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::engine {
namespace {

using json::Value;

// To list what changed in a container, an engine without an overlay compares its files with the image's.
constexpr std::chrono::seconds kAnswer{30}, kChangesAnswer{120};

ErrorCode code_of(int status) {
  return status == 404   ? ErrorCode::not_found
         : status == 401 ? ErrorCode::unauthenticated
         : status == 403 ? ErrorCode::forbidden
                         : ErrorCode::unavailable;
}

Result<std::string> get(http::Client& client, const std::string& target, std::chrono::seconds patience = kAnswer) {
  SUPPLY_TRY(const http::Url url, http::Url::parse("http://localhost" + target));
  http::Request request{.url = url};
  request.headers.add("Accept", "application/json");
  request.deadline = std::chrono::steady_clock::now() + patience;
  SUPPLY_TRY(http::Response response, client.send(request).at("GET " + target));
  SUPPLY_TRY(std::string body, io::read_all(*response.body, kMaxEngineAnswerBytes).at("GET " + target));
  if (response.status != 200)
    return Error(code_of(response.status), "GET " + target + ": the engine answers " + std::to_string(response.status));
  return body;
}

Result<Value> get_json(http::Client& client, const std::string& target, std::chrono::seconds patience = kAnswer) {
  SUPPLY_TRY(const std::string body, get(client, target, patience));
  return json::parse(body, {.bytes = kMaxEngineAnswerBytes}).at("GET " + target);
}

// What goes into a path: an id, or "sha256:" and one.
Result<std::string> id_of(const Value& object, std::string_view key) {
  SUPPLY_TRY(std::string id, json::require_string(object, key));
  const bool plain = !id.empty() && id.size() <= 256 &&
                     std::all_of(id.begin(), id.end(), [](char c) { return is_alnum(c) || c == ':' || c == '-'; });
  if (!plain) return Error(ErrorCode::malformed, "member " + quote(key) + ": " + quote(id) + " is no id");
  return id;
}

// Entrypoint and Cmd are lists, or null; podman also writes a text.
Result<std::vector<std::string>> words(const Value& config, std::string_view key) {
  const Value* value = json::find(config, key);
  if (value != nullptr && value->is_string()) return std::vector<std::string>{value->get<std::string>()};
  return json::string_list(config, key);
}

struct ImageAnswer {
  std::vector<std::string> digests;
  ImageSettings settings;
};

Result<ImageAnswer> image(http::Client& client, const std::string& id) {
  const std::string target = "/images/" + id + "/json";
  SUPPLY_TRY(const Value value, get_json(client, target));
  ImageAnswer answer;
  SUPPLY_TRY(answer.digests, json::string_list(value, "RepoDigests").at(target));
  std::sort(answer.digests.begin(), answer.digests.end());
  SUPPLY_TRY(const Value* config, json::optional_object(value, "Config").at(target));
  if (config == nullptr) return Error(ErrorCode::malformed, target + ": it has no Config");
  SUPPLY_TRY(answer.settings.user, json::string_or_empty(*config, "User").at(target));
  SUPPLY_TRY(answer.settings.entrypoint, words(*config, "Entrypoint").at(target));
  SUPPLY_TRY(answer.settings.command, words(*config, "Cmd").at(target));
  SUPPLY_TRY(answer.settings.environment, json::string_list(*config, "Env").at(target));
  return answer;
}

Result<std::vector<ChangedPath>> changes(http::Client& client, const std::string& id) {
  const std::string target = "/containers/" + id + "/changes";
  SUPPLY_TRY(const Value value, get_json(client, target, kChangesAnswer));
  std::vector<ChangedPath> all;
  if (value.is_null()) return all;
  if (!value.is_array()) return Error(ErrorCode::malformed, target + ": want a list");
  if (value.size() > kMaxChangedPaths)
    return Error(ErrorCode::limit_exceeded, target + ": more than " + std::to_string(kMaxChangedPaths) + " paths");
  for (const Value& each : value) {
    SUPPLY_TRY(std::string path, json::require_string(each, "Path").at(target));
    SUPPLY_TRY(const std::int64_t kind, json::require_integer(each, "Kind").at(target));
    if (kind < 0 || kind > 2)
      return Error(ErrorCode::malformed, target + ": kind " + std::to_string(kind) + " is not known");
    all.push_back({static_cast<ChangedPath::Kind>(kind), std::move(path)});
  }
  std::sort(all.begin(), all.end(), [](const ChangedPath& a, const ChangedPath& b) { return a.path < b.path; });
  return all;
}

class Asking {
 public:
  explicit Asking(http::Client& client) : client_(client) {}

  Result<Snapshot> ask() {
    SUPPLY_TRY(const Value version, get_json(client_, "/version"));
    snapshot_.engine = engine_name(version);
    SUPPLY_TRY(const Value list, get_json(client_, "/containers/json?all=1"));
    if (!list.is_array()) return Error(ErrorCode::malformed, "GET /containers/json: want a list");
    if (list.size() > kMaxEngineContainers)
      return Error(ErrorCode::limit_exceeded,
                   "GET /containers/json: more than " + std::to_string(kMaxEngineContainers) + " containers");
    for (const Value& each : list) SUPPLY_TRY(container(each));
    std::sort(snapshot_.containers.begin(), snapshot_.containers.end(),
              [](const RunningContainer& a, const RunningContainer& b) {
                return std::tie(a.name, a.id) < std::tie(b.name, b.id);
              });
    std::sort(snapshot_.unasked.begin(), snapshot_.unasked.end(),
              [](const Unasked& a, const Unasked& b) { return std::tie(a.name, a.why) < std::tie(b.name, b.why); });
    return std::move(snapshot_);
  }

 private:
  static std::string engine_name(const Value& version) {
    const Value* parts = json::find(version, "Components");
    if (parts != nullptr && parts->is_array() && !parts->empty()) {
      const auto name = json::string_or_empty(parts->front(), "Name");
      const auto number = json::string_or_empty(parts->front(), "Version");
      if (name && number && !name->empty()) return *name + " " + *number;
    }
    const auto number = json::string_or_empty(version, "Version");
    return "an engine " + (number && !number->empty() ? "of version " + *number : std::string("without a version"));
  }

  static Result<std::string> name_of(const Value& listed, const std::string& id) {
    SUPPLY_TRY(const std::vector<std::string> names, json::string_list(listed, "Names"));
    // With links a container has more: "/web/db". Its own has no second slash.
    for (const std::string& each : names)
      if (each.rfind('/') == 0 && each.size() > 1) return each.substr(1);
    return names.empty() || names.front().empty() ? id.substr(0, 12) : names.front();
  }

  Status container(const Value& listed) {
    SUPPLY_TRY(const std::string id, id_of(listed, "Id").at("GET /containers/json"));
    RunningContainer one{.id = id};
    SUPPLY_TRY(one.name, name_of(listed, id).at("GET /containers/json"));
    SUPPLY_TRY(one.state, json::string_or_empty(listed, "State").at("GET /containers/json"));
    // A state that is not known may run.
    for (const std::string_view state : {"created", "exited", "dead", "stopped", "initialized"})
      if (one.state == state) {
        snapshot_.unasked.push_back({one.name, "it does not run: " + one.state, false});
        return {};
      }
    Result<std::string> inspected = get(client_, "/containers/" + id + "/json");
    if (!inspected) {
      // One that has ended since the list was made.
      const bool gone = inspected.error().code() == ErrorCode::not_found;
      snapshot_.unasked.push_back(
          {one.name, gone ? "it ended while it was asked about" : std::string(inspected.error().message()), !gone});
      return {};
    }
    const auto value = json::parse(*inspected, {.bytes = kMaxEngineAnswerBytes});
    const auto image_id = value ? id_of(*value, "Image") : Result<std::string>(value.error());
    if (!image_id) {
      snapshot_.unasked.push_back({one.name, std::string(image_id.error().message()), true});
      return {};
    }
    one.inspected = *std::move(inspected);
    one.image_id = *image_id;
    add_image(one);
    auto changed = changes(client_, id);
    if (changed) one.changes = *std::move(changed);
    else one.changes_unread = changed.error().message();
    snapshot_.containers.push_back(std::move(one));
    return {};
  }

  void add_image(RunningContainer& one) {
    auto known = images_.find(one.image_id);
    if (known == images_.end()) known = images_.emplace(one.image_id, image(client_, one.image_id)).first;
    if (!known->second) {
      one.settings_unread = known->second.error().message();
      return;
    }
    one.image_digests = known->second->digests;
    one.settings = known->second->settings;
  }

  http::Client& client_;
  Snapshot snapshot_;
  std::map<std::string, Result<ImageAnswer>> images_;
};

}  // namespace

Result<std::string> socket_of(const std::string& host) {
  constexpr std::string_view scheme = "unix://";
  // A socket's address has 108 bytes, its end included. Source: unix(7).
  if (host.starts_with(scheme) && host.size() > scheme.size() + 1 && host[scheme.size()] == '/' &&
      host.size() - scheme.size() < 108 && host.find('\0') == std::string::npos)
    return host.substr(scheme.size());
  return Error(ErrorCode::usage, "--host " + quote(host) +
                                     ": want unix:// and the absolute path of a socket, such as "
                                     "unix:///run/docker.sock");
}

Result<Snapshot> ask(http::Client& client) { return Asking(client).ask(); }

}  // namespace supply::engine
