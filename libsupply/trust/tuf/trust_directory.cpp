#include "libsupply/trust/tuf/trust_directory.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/private_directory.hpp"
#include "libsupply/base/limits/tuf_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/tuf/client.hpp"

namespace supply::tuf {
namespace {

io::Path record_path(const io::Path& directory) { return directory / "repository.json"; }
io::Path metadata_path(const io::Path& directory) { return directory / "metadata"; }
io::Path target_path(const io::Path& directory, std::string_view path) {
  return directory / "targets" / http::percent_encode(path);
}

std::string_view bootstrap(const Repository& repository, std::string_view built_in_root) {
  return repository.is_built_in ? built_in_root : std::string_view();
}

Error not_private(const io::Path& directory) {
  return Error(ErrorCode::forbidden,
               quote(directory.string()) + ": others than its owner can read or write it (chmod 700)");
}

Time earliest(const Client& client) {
  return std::min(
      {client.root().expires, client.timestamp().expires, client.snapshot().expires, client.targets().expires});
}

// The file as it was fetched before, when it is what is signed now.
std::optional<std::string> kept(const io::Path& path, const FileInfo& info) {
  if (!info.length || *info.length > kMaxTufTargetBytes) return std::nullopt;
  Result<std::string> bytes = io::read_file(path, *info.length);
  if (!bytes || !info.check(*bytes)) return std::nullopt;
  return *std::move(bytes);
}

// Fetches a target that changed. Nothing, when no role lists it.
Result<std::optional<Update::File>> bring(const io::Path& directory, Client& client, const std::string& name) {
  Result<TargetFile> target = client.find(name);
  if (!target && target.error().code() == ErrorCode::not_found) return std::optional<Update::File>();
  if (!target) return std::move(target).error();
  const io::Path path = target_path(directory, name);
  std::optional<std::string> bytes = kept(path, target->info);
  const bool changed = !bytes;
  if (changed) {
    SUPPLY_TRY(bytes, client.fetch(name, *target));
    SUPPLY_TRY(io::make_private_directory(path.parent_path()));
    SUPPLY_TRY(io::write_file(path, *bytes, io::FileMode::owner));
  }
  const std::string sha256 = to_hex(crypto::hash(crypto::HashAlgorithm::sha256, *bytes));
  return std::optional(Update::File{name, sha256, path.string(), bytes->size(), changed});
}

}  // namespace

Status init(const io::Path& directory, const Repository& repository, std::string_view root) {
  SUPPLY_TRY(http::Url::parse(repository.mirror).at("mirror"));
  SUPPLY_TRY(http::Url::parse(repository.targets).at("address of the targets"));
  SUPPLY_TRY(const Root parsed, Root::parse(root).at("trusted root"));
  SUPPLY_TRY(verify_threshold(parsed.message, parsed.signatures, parsed.root, parsed.keys).at("trusted root"));
  SUPPLY_TRY(io::make_private_directory(directory));
  if (!io::is_private_directory(directory)) return not_private(directory);
  SUPPLY_TRY(const Cache cache, Cache::create(metadata_path(directory), root, kTrustDirectoryPatience));
  const json::Value record{{"version", 1},
                           {"mirror", repository.mirror},
                           {"targets", repository.targets},
                           {"root", repository.is_built_in ? "built-in" : "given"}};
  return io::write_file(record_path(directory), json::to_pretty_text(record), io::FileMode::owner);
}

Result<Repository> followed(const io::Path& directory) {
  Result<std::string> text = io::read_file(record_path(directory), kMaxTufRecordBytes);
  if (!text && text.error().code() == ErrorCode::not_found)
    return Error(ErrorCode::not_found, quote(directory.string()) + ": no repository is followed there");
  if (!text) return std::move(text).error();
  if (!io::is_private_directory(directory)) return not_private(directory);
  const std::string place = record_path(directory).string();
  SUPPLY_TRY(const json::Value record, json::parse(*text).at(place));
  Repository repository;
  SUPPLY_TRY(const std::int64_t version, json::require_integer(record, "version").at(place));
  if (version != 1) return Error(ErrorCode::malformed, place + ": version " + std::to_string(version) + ", want 1");
  SUPPLY_TRY(repository.mirror, json::require_string(record, "mirror").at(place));
  SUPPLY_TRY(repository.targets, json::require_string(record, "targets").at(place));
  SUPPLY_TRY(const std::string root, json::require_string(record, "root").at(place));
  if (root != "built-in" && root != "given") return Error(ErrorCode::malformed, place + ": root " + quote(root));
  repository.is_built_in = root == "built-in";
  return repository;
}

Result<Update> update(const io::Path& directory, http::Client& http, const UpdateRequest& request) {
  Update update;
  SUPPLY_TRY(update.repository, followed(directory));
  if (!request.targets_url.empty()) update.repository.targets = request.targets_url;
  SUPPLY_TRY(const http::Url metadata, http::Url::parse(update.repository.mirror).at("mirror"));
  SUPPLY_TRY(const http::Url targets, http::Url::parse(update.repository.targets).at("address of the targets"));
  const std::unique_ptr<Mirror> mirror = http_mirror(http, metadata, targets);
  SUPPLY_TRY(Cache cache, Cache::open(metadata_path(directory), kTrustDirectoryPatience));
  Client client(
      cache,
      {.now = request.now, .mirror = mirror.get(), .bootstrap = bootstrap(update.repository, request.built_in_root)});
  SUPPLY_TRY(client.refresh());
  update.root = client.root().version;
  update.timestamp = client.timestamp().version;
  update.snapshot = client.snapshot().version;
  update.targets = client.targets().version;
  update.expires = earliest(client);
  for (const std::string& name : request.wanted) {
    SUPPLY_TRY(std::optional<Update::File> file, bring(directory, client, name));
    if (!file)
      return Error(ErrorCode::not_found,
                   "target " + quote(name) + ": no role of " + update.repository.mirror + " lists it");
    update.files.push_back(*std::move(file));
  }
  for (const std::string& name : request.optional) {
    SUPPLY_TRY(std::optional<Update::File> file, bring(directory, client, name));
    if (file) update.files.push_back(*std::move(file));
    else update.absent.push_back(name);
  }
  return update;
}

Result<CachedTarget> cached_target(const io::Path& directory, std::string_view path, Time now,
                                   std::string_view built_in_root) {
  CachedTarget target;
  SUPPLY_TRY(target.repository, followed(directory));
  SUPPLY_TRY(Cache cache, Cache::open(metadata_path(directory), kTrustDirectoryPatience));
  Client client(cache, {.now = now, .bootstrap = bootstrap(target.repository, built_in_root)});
  SUPPLY_TRY(client.refresh());
  SUPPLY_TRY(const TargetFile file, client.find(path));
  std::optional<std::string> bytes = kept(target_path(directory, path), file.info);
  if (!bytes)
    return Error(ErrorCode::not_found,
                 "target " + quote(path) + ": " + quote(directory.string()) + " does not have it as it is signed now");
  target.bytes = *std::move(bytes);
  target.expires = earliest(client);
  target.root = client.root().version;
  target.timestamp = client.timestamp().version;
  return target;
}

}  // namespace supply::tuf
