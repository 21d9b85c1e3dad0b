#include "libsupply/trust/tuf/client.hpp"

#include <algorithm>

#include "libsupply/base/http/url.hpp"
#include "libsupply/base/limits/tuf_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::tuf {
namespace {

Error refused(std::string what) { return Error(ErrorCode::mismatch, std::move(what)); }

std::string v(std::uint64_t version) { return "version " + std::to_string(version); }

// Whether a key may no longer sign: what it signed before may have been an attacker's.
bool is_rotated(const Role& before, const Keys& keys_before, const Role& after, const Keys& keys_after) {
  const auto same = [&](const std::string& id) {
    const auto was = keys_before.find(id), is = keys_after.find(id);
    if (was == keys_before.end() || !was->second.key) return true;
    return is != keys_after.end() && is->second.key &&
           is->second.key->fingerprint() == was->second.key->fingerprint() &&
           std::find(after.key_ids.begin(), after.key_ids.end(), id) != after.key_ids.end();
  };
  return !std::all_of(before.key_ids.begin(), before.key_ids.end(), same);
}

}  // namespace

// The steps of the specification, in its order. 5.1: the time of the update is fixed (options_.now).
Status Client::refresh() {
  SUPPLY_TRY(load_trusted_root());                                               // 5.2
  SUPPLY_TRY(update_root());                                                     // 5.3
  SUPPLY_TRY(update_timestamp());                                                // 5.4
  SUPPLY_TRY(update_snapshot());                                                 // 5.5
  SUPPLY_TRY(targets_, update_targets("targets", root_->targets, root_->keys));  // 5.6
  return {};
}

// 5.2. Load the trusted root metadata file: that of the cache, or the one that came with the program and what it leads
// to.
Status Client::load_trusted_root() {
  std::optional<std::string> bytes;
  if (options_.bootstrap.empty()) {
    SUPPLY_TRY(bytes, cache_.load("root", kMaxTufRootBytes).at("root.json"));
    if (!bytes) return Error(ErrorCode::not_found, "root.json: the cache has none");
  } else {
    bytes = std::string(options_.bootstrap);
  }
  SUPPLY_TRY(Root root, Root::parse(*bytes).at("trusted root"));
  SUPPLY_TRY(verify_threshold(root.message, root.signatures, root.root, root.keys).at("trusted root"));
  root_ = std::move(root);
  if (options_.bootstrap.empty()) return {};
  for (std::size_t i = 0; i < kMaxTufRootUpdates; ++i) {
    Result<std::optional<std::string>> kept = cache_.load_root(root_->version + 1, kMaxTufRootBytes);
    if (!kept || !*kept) break;  // the mirror has the rest
    Result<Root> next = Root::parse(**kept);
    if (!next || !accept_root(*std::move(next))) break;
  }
  return {};
}

// 5.3.4 to 5.3.7 for one root: it is signed by a threshold of the trusted root's keys and of its own, and it is the
// next. Whether a key of timestamp or snapshot is gone.
Result<bool> Client::accept_root(Root next) {
  SUPPLY_TRY(verify_threshold(next.message, next.signatures, root_->root, root_->keys)
                 .at("by the keys of the root before it"));  // 5.3.4
  SUPPLY_TRY(verify_threshold(next.message, next.signatures, next.root, next.keys).at("by its own keys"));
  if (next.version != root_->version + 1)  // 5.3.5, 5.3.6
    return refused("is " + v(next.version) + ", want " + v(root_->version + 1));
  const bool rotated = is_rotated(root_->timestamp, root_->keys, next.timestamp, next.keys) ||
                       is_rotated(root_->snapshot, root_->keys, next.snapshot, next.keys);
  root_ = std::move(next);  // 5.3.7
  return rotated;
}

// 5.3. Update the root role.
Status Client::update_root() {
  for (std::size_t i = 0; options_.mirror != nullptr && i < kMaxTufRootUpdates; ++i) {
    const std::string name = std::to_string(root_->version + 1) + ".root.json";     // 5.3.2
    Result<std::string> bytes = options_.mirror->metadata(name, kMaxTufRootBytes);  // 5.3.3
    if (!bytes && bytes.error().code() == ErrorCode::not_found) break;
    if (!bytes) return std::move(bytes).error().at(name);
    SUPPLY_TRY(Root next, Root::parse(*bytes).at(name));
    SUPPLY_TRY(const bool rotated, accept_root(std::move(next)).at(name));
    SUPPLY_TRY(cache_.store_root(root_->version, *bytes));
    SUPPLY_TRY(cache_.store("root", *bytes));  // 5.3.8
    if (!rotated) continue;
    SUPPLY_TRY(cache_.remove("timestamp"));  // 5.3.11, at each step: a run that is cut does not skip it
    SUPPLY_TRY(cache_.remove("snapshot"));
  }
  return not_expired(*root_, "root.json");  // 5.3.10
}

// 5.4. Update the timestamp role.
Status Client::update_timestamp() {
  SUPPLY_TRY(const std::optional<std::string> kept,
             cache_.load("timestamp", kMaxTufTimestampBytes).at("timestamp.json"));
  if (kept) {
    // What the present root does not vouch for is no memory of ours, damage included: it is as if it were not there.
    Result<Timestamp> trusted = Timestamp::parse(*kept);
    if (trusted && verify_threshold(trusted->message, trusted->signatures, root_->timestamp, root_->keys))
      timestamp_ = *std::move(trusted);
  }
  if (options_.mirror != nullptr) {
    SUPPLY_TRY(const std::string bytes, fetch_metadata("timestamp.json", kMaxTufTimestampBytes));  // 5.4.1
    SUPPLY_TRY(Timestamp next, Timestamp::parse(bytes).at("timestamp.json"));
    SUPPLY_TRY(
        verify_threshold(next.message, next.signatures, root_->timestamp, root_->keys).at("timestamp.json"));  // 5.4.2
    if (timestamp_ && next.version < timestamp_->version)  // 5.4.3.1
      return refused("timestamp.json: is " + v(next.version) + ", after " + v(timestamp_->version) + " (a rollback)");
    if (timestamp_ && next.snapshot.version < timestamp_->snapshot.version &&
        next.version > timestamp_->version)  // 5.4.3.2
      return refused("timestamp.json: names snapshot " + v(next.snapshot.version) + ", after " +
                     v(timestamp_->snapshot.version) + " (a rollback)");
    if (!timestamp_ || next.version > timestamp_->version) {
      SUPPLY_TRY(not_expired(next, "timestamp.json"));  // 5.4.4
      SUPPLY_TRY(cache_.store("timestamp", bytes));     // 5.4.5
      timestamp_ = std::move(next);
    }  // of the same version: the one that is trusted stays
  }
  if (!timestamp_) return Error(ErrorCode::unavailable, "timestamp.json: the cache has none that the root vouches for");
  return not_expired(*timestamp_, "timestamp.json");
}

// 5.5. Update the snapshot role.
Status Client::update_snapshot() {
  const FileInfo& wanted = timestamp_->snapshot;
  std::optional<Snapshot> trusted;  // for the check of a rollback, whatever the timestamp says of it now
  SUPPLY_TRY(const std::optional<std::string> kept, cache_.load("snapshot", kMaxTufSnapshotBytes).at("snapshot.json"));
  if (kept) {
    Result<Snapshot> read = Snapshot::parse(*kept);
    if (read && verify_threshold(read->message, read->signatures, root_->snapshot, root_->keys))
      trusted = *std::move(read);
    if (trusted && trusted->version == wanted.version && wanted.check(*kept) &&
        not_expired(*trusted, "snapshot.json")) {
      snapshot_ = std::move(trusted);
      return {};
    }
  }
  if (options_.mirror == nullptr)
    return Error(ErrorCode::unavailable, "snapshot.json: the cache has none that the timestamp vouches for");
  const std::string name = versioned(wanted.version, "snapshot");
  const std::size_t limit = std::min<std::uint64_t>(wanted.length.value_or(kMaxTufSnapshotBytes), kMaxTufSnapshotBytes);
  SUPPLY_TRY(const std::string bytes, fetch_metadata(name, limit));  // 5.5.1
  SUPPLY_TRY(wanted.check(bytes).at(name));                          // 5.5.2
  SUPPLY_TRY(Snapshot next, Snapshot::parse(bytes).at(name));
  SUPPLY_TRY(verify_threshold(next.message, next.signatures, root_->snapshot, root_->keys).at(name));  // 5.5.3
  if (next.version != wanted.version)                                                                  // 5.5.4
    return refused(name + ": is " + v(next.version) + ", the timestamp says " + v(wanted.version));
  if (trusted) {  // 5.5.5
    for (const auto& [file, before] : trusted->files) {
      const auto now = next.files.find(file);
      if (now == next.files.end()) return refused(name + ": lists no " + quote(file) + " any more (a rollback)");
      if (now->second.version < before.version)
        return refused(name + ": lists " + quote(file) + " of " + v(now->second.version) + ", after " +
                       v(before.version) + " (a rollback)");
    }
  }
  SUPPLY_TRY(not_expired(next, name));          // 5.5.6
  SUPPLY_TRY(cache_.store("snapshot", bytes));  // 5.5.7
  snapshot_ = std::move(next);
  return {};
}

// 5.6. Update the targets role; a delegated role the same, with its delegator's keys.
Result<Targets> Client::update_targets(const std::string& name, const Role& role, const Keys& keys) {
  const auto listed = snapshot_->files.find(name + ".json");
  if (listed == snapshot_->files.end()) return refused("role " + quote(name) + ": is not in the snapshot");
  const FileInfo& wanted = listed->second;
  const std::string file = versioned(wanted.version, name);
  SUPPLY_TRY(const std::optional<std::string> kept, cache_.load(name, kMaxTufTargetsBytes).at(file));
  if (kept && wanted.check(*kept)) {
    Result<Targets> read = Targets::parse(*kept);
    if (read && read->version == wanted.version && not_expired(*read, file) &&
        verify_threshold(read->message, read->signatures, role, keys))
      return *std::move(read);
  }
  if (options_.mirror == nullptr)
    return Error(ErrorCode::unavailable, file + ": the cache has none that the snapshot vouches for");
  const std::size_t limit = std::min<std::uint64_t>(wanted.length.value_or(kMaxTufTargetsBytes), kMaxTufTargetsBytes);
  SUPPLY_TRY(const std::string bytes, fetch_metadata(file, limit));  // 5.6.1
  SUPPLY_TRY(wanted.check(bytes).at(file));                          // 5.6.2
  SUPPLY_TRY(Targets next, Targets::parse(bytes).at(file));
  SUPPLY_TRY(verify_threshold(next.message, next.signatures, role, keys).at(file));  // 5.6.3
  if (next.version != wanted.version)                                                // 5.6.4
    return refused(file + ": is " + v(next.version) + ", the snapshot says " + v(wanted.version));
  SUPPLY_TRY(not_expired(next, file));    // 5.6.5
  SUPPLY_TRY(cache_.store(name, bytes));  // 5.6.6
  return next;
}

Result<std::string> Client::fetch_metadata(std::string_view name, std::size_t limit) {
  return options_.mirror->metadata(name, limit).at(name);
}

// "3.snapshot.json" in a repository of consistent snapshots, else "snapshot.json"; the name percent-encoded.
std::string Client::versioned(std::uint64_t version, std::string_view role) const {
  return (root_->consistent_snapshot ? std::to_string(version) + '.' : std::string()) + http::percent_encode(role) +
         ".json";
}

Status Client::not_expired(const Signed& file, std::string_view what) const {
  if (options_.now < file.expires) return {};
  return Error(ErrorCode::unavailable,
               std::string(what) + ": " + v(file.version) + " has expired at " + to_rfc3339(file.expires));
}

}  // namespace supply::tuf
