#include "libsupply/testing/tuf_repository.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/trust/tuf/canonical_json.hpp"

namespace supply::testing {
namespace {

using Json = json::Value;

Json common(const std::string& type) {
  return {{"_type", type}, {"spec_version", "1.0.31"}, {"version", 1}, {"expires", "2030-01-01T00:00:00Z"}};
}

std::string sha256(const std::string& bytes) { return to_hex(crypto::hash(crypto::HashAlgorithm::sha256, bytes)); }

}  // namespace

struct TufRepository::Parts {
  std::map<std::string, crypto::PrivateKey> keys;
  std::map<std::string, Json> roles;

  Json public_key(const std::string& id) const {
    const std::string der = keys.at(id).public_key().to_der();
    return {
        {"keytype", "ed25519"}, {"scheme", "ed25519"}, {"keyval", {{"public", to_hex(der.substr(der.size() - 32))}}}};
  }
};

TufRepository::TufRepository() : parts_(std::make_unique<Parts>()) {
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) part(role) = common(role);
  part("root")["consistent_snapshot"] = true;
  part("root")["keys"] = Json::object();
  part("timestamp")["meta"]["snapshot.json"] = {{"version", 1}};
  part("snapshot")["meta"]["targets.json"] = {{"version", 1}};
  part("targets")["targets"] = Json::object();
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) {
    part("root")["roles"][role] = {{"keyids", Json::array()}, {"threshold", 1}};
    authorize(role, new_key());
  }
  for (const char* role : {"root", "targets", "snapshot", "timestamp"}) publish(role);
}

TufRepository::~TufRepository() = default;

json::Value& TufRepository::part(const std::string& role) { return parts_->roles[role]; }

std::string TufRepository::new_key() {
  std::string id = "key" + std::to_string(parts_->keys.size());
  Result<crypto::PrivateKey> key = crypto::PrivateKey::generate(crypto::KeyType::ed25519);
  if (!key) throw std::runtime_error(key.error().message());
  parts_->keys.emplace(id, *std::move(key));
  return id;
}

void TufRepository::authorize(const std::string& role, const std::string& id) {
  part("root")["keys"][id] = parts_->public_key(id);
  part("root")["roles"][role]["keyids"].push_back(id);
  signers[role].push_back(id);
}

void TufRepository::rotate(const std::string& role) {
  part("root")["roles"][role]["keyids"] = Json::array();
  signers[role].clear();
  authorize(role, new_key());
}

void TufRepository::delegate(const std::string& from, const std::string& role, const std::vector<std::string>& paths,
                             bool terminating) {
  if (!parts_->roles.contains(role)) {
    part(role) = common("targets");
    part(role)["targets"] = Json::object();
  }
  const std::string id = new_key();
  signers[role].push_back(id);
  Json& below = part(from)["delegations"];
  below["keys"][id] = parts_->public_key(id);
  below["roles"].push_back({{"name", role},
                            {"keyids", Json::array({id})},
                            {"threshold", 1},
                            {"terminating", terminating},
                            {"paths", paths}});
}

void TufRepository::add_target(const std::string& role, const std::string& path, const std::string& bytes) {
  part(role)["targets"][path] = {{"length", bytes.size()}, {"hashes", {{"sha256", sha256(bytes)}}}};
  const std::size_t slash = path.rfind('/') + 1;
  files["targets/" + path.substr(0, slash) + sha256(bytes) + '.' + path.substr(slash)] = bytes;
}

std::string TufRepository::signed_text(const std::string& role) const {
  const Json& held = parts_->roles.at(role);
  Json document = {{"signed", held}, {"signatures", Json::array()}};
  const auto message = tuf::canonical_json(held);
  for (const std::string& id : signers.at(role))
    document["signatures"].push_back({{"keyid", id}, {"sig", to_hex(*parts_->keys.at(id).sign(*message))}});
  return document.dump();
}

void TufRepository::publish(const std::string& role) {
  const std::string version = std::to_string(part(role)["version"].get<int>());
  const std::string text = signed_text(role);
  files[role == "timestamp" ? "timestamp.json" : version + '.' + role + ".json"] = text;
  if (role == "root" || role == "timestamp") return;
  Json info = {{"version", part(role)["version"]}};
  if (with_hashes) {
    info["length"] = text.size();
    info["hashes"]["sha256"] = sha256(text);
  }
  if (role == "snapshot") part("timestamp")["meta"]["snapshot.json"] = info;
  else part("snapshot")["meta"][role + ".json"] = info;
}

void TufRepository::update(const std::vector<std::string>& roles) {
  for (const std::string& role : roles) {
    part(role)["version"] = part(role)["version"].get<int>() + 1;
    publish(role);
  }
}

Result<std::string> TufRepository::metadata(std::string_view name, std::size_t limit) {
  return get(std::string(name), limit);
}

Result<std::string> TufRepository::target(std::string_view path, std::size_t limit) {
  return get("targets/" + std::string(path), limit);
}

Result<std::string> TufRepository::get(const std::string& name, std::size_t limit) {
  requests.push_back(name);
  if (down) return Error(ErrorCode::unavailable, "the repository is down");
  const auto file = files.find(name);
  if (file == files.end()) return Error(ErrorCode::not_found, "HTTP status 404");
  if (file->second.size() > limit)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(limit) + " bytes");
  return file->second;
}

}  // namespace supply::testing
