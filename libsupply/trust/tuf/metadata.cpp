#include "libsupply/trust/tuf/metadata.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/tuf_limits.hpp"
#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/tuf/canonical_json.hpp"
#include "libsupply/trust/tuf/path_pattern.hpp"

namespace supply::tuf {
namespace {

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }
Error too_many(std::size_t limit, std::string_view what) {
  return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(limit) + ' ' + std::string(what));
}

Result<const json::Value*> object_in(const json::Value& value, std::string_view name) {
  SUPPLY_TRY(const json::Value* found, json::optional_object(value, name));
  if (found == nullptr) return malformed("no member " + quote(name));
  return found;
}

Result<std::uint64_t> whole_number(const json::Value& value, std::string_view name, std::int64_t least) {
  SUPPLY_TRY(const std::int64_t number, json::require_integer(value, name));
  if (number < least) return malformed("member " + quote(name) + ": " + std::to_string(number));
  return static_cast<std::uint64_t>(number);
}

Status read_signatures(const json::Value& document, Signed& into) {
  SUPPLY_TRY(const json::Value* list, json::optional_array(document, "signatures"));
  if (list == nullptr) return malformed("no member \"signatures\"");
  if (list->size() > kMaxTufSignatures) return too_many(kMaxTufSignatures, "signatures");
  std::set<std::string> seen;
  for (const json::Value& entry : *list) {
    if (!entry.is_object()) return malformed("a signature that is no object");
    Signature signature;
    SUPPLY_TRY(signature.key_id, json::require_string(entry, "keyid"));
    if (!seen.insert(signature.key_id).second) return malformed("key id " + quote(signature.key_id) + " signs twice");
    SUPPLY_TRY(const std::string digits, json::require_string(entry, "sig"));
    if (Result<std::string> bytes = from_hex(digits)) signature.bytes = *std::move(bytes);
    into.signatures.push_back(std::move(signature));
  }
  return {};
}

// Reads what every file has, and hands over the part that is signed.
template <class File, class Read>
Result<File> parse_file(std::string_view text, std::string_view type, std::size_t limit, Read read) {
  SUPPLY_TRY(const json::Value document, json::parse(text, {.bytes = limit}));
  if (!document.is_object()) return malformed("want an object");
  File file;
  SUPPLY_TRY(read_signatures(document, file));
  SUPPLY_TRY(const json::Value* const part, object_in(document, "signed"));
  SUPPLY_TRY(const std::string said, json::require_string(*part, "_type"));
  if (said != type) return malformed("_type is " + quote(said) + ", want " + quote(type));
  SUPPLY_TRY(const std::string specification, json::require_string(*part, "spec_version"));
  if (specification != "1" && !specification.starts_with("1."))
    return malformed("spec_version is " + quote(specification) + ", want 1.x");
  SUPPLY_TRY(file.version, whole_number(*part, "version", 1));
  SUPPLY_TRY(const std::string expires, json::require_string(*part, "expires"));
  SUPPLY_TRY(file.expires, parse_rfc3339(expires).at("expires"));
  SUPPLY_TRY(file.message, canonical_json(*part));
  SUPPLY_TRY(read(*part, file));
  return file;
}

Result<Keys> read_keys(const json::Value& value) {
  Keys keys;
  SUPPLY_TRY(const json::Value* const held, object_in(value, "keys"));
  if (held->size() > kMaxTufKeys) return too_many(kMaxTufKeys, "keys");
  for (const auto& item : held->items()) {
    SUPPLY_TRY(Key key, Key::parse(item.value()).at("key " + quote(item.key())));
    keys.emplace(item.key(), std::move(key));
  }
  return keys;
}

Result<FileInfo> read_file_info(const json::Value& value) {
  if (!value.is_object()) return malformed("want an object");
  FileInfo info;
  if (json::find(value, "length") != nullptr) {
    SUPPLY_TRY(const std::uint64_t length, whole_number(value, "length", 0));
    info.length = length;
  }
  SUPPLY_TRY(const json::Value* const hashes, json::optional_object(value, "hashes"));
  if (hashes != nullptr)
    for (const auto& item : hashes->items()) {
      SUPPLY_TRY(const std::string digits, json::require_string(*hashes, item.key()));
      SUPPLY_TRY(std::string raw, from_hex(digits).at("hash " + quote(item.key())));
      info.hashes.emplace(item.key(), std::move(raw));
    }
  return info;
}

Status check_role_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxTufRoleNameBytes)
    return malformed("a role's name of " + std::to_string(name.size()) + " bytes");
  for (const std::string_view top : {"root", "timestamp", "snapshot", "targets"})
    if (name == top) return malformed("a delegation to " + quote(name) + ", which is no delegated role");
  return {};
}

Result<Delegation> read_delegation(const json::Value& value) {
  if (!value.is_object()) return malformed("want an object");
  Delegation delegation;
  SUPPLY_TRY(delegation.name, json::require_string(value, "name"));
  SUPPLY_TRY(check_role_name(delegation.name));
  SUPPLY_TRY(delegation.role, Role::parse(value));
  SUPPLY_TRY(const std::optional<bool> terminating, json::optional_bool(value, "terminating"));
  if (!terminating) return malformed("no member \"terminating\"");
  delegation.terminating = *terminating;
  const bool by_path = json::find(value, "paths") != nullptr;
  if (by_path == (json::find(value, "path_hash_prefixes") != nullptr))
    return malformed("want one of \"paths\" and \"path_hash_prefixes\"");
  SUPPLY_TRY(delegation.paths, json::string_list(value, "paths"));
  SUPPLY_TRY(delegation.path_hash_prefixes, json::string_list(value, "path_hash_prefixes"));
  return delegation;
}

Result<HashBins> read_bins(const json::Value& value) {
  HashBins bins;
  SUPPLY_TRY(bins.role, Role::parse(value));
  SUPPLY_TRY(const std::uint64_t bits, whole_number(value, "bit_length", 1));
  if (bits > 32) return malformed("member \"bit_length\": " + std::to_string(bits));
  bins.bits = static_cast<unsigned>(bits);
  SUPPLY_TRY(bins.prefix, json::require_string(value, "name_prefix"));
  SUPPLY_TRY(check_role_name(bins.name_for({})));
  return bins;
}

Status read_delegations(const json::Value& value, Targets& file) {
  SUPPLY_TRY(file.keys, read_keys(value));
  SUPPLY_TRY(const json::Value* const roles, json::optional_array(value, "roles"));
  SUPPLY_TRY(const json::Value* const bins, json::optional_object(value, "succinct_roles"));
  if ((roles != nullptr) == (bins != nullptr)) return malformed("want one of \"roles\" and \"succinct_roles\"");
  if (bins != nullptr) {
    SUPPLY_TRY(HashBins read, read_bins(*bins).at("succinct_roles"));
    file.bins = std::move(read);
    return {};
  }
  if (roles->size() > kMaxTufDelegations) return too_many(kMaxTufDelegations, "delegations");
  std::set<std::string> seen;
  for (const json::Value& entry : *roles) {
    SUPPLY_TRY(Delegation delegation, read_delegation(entry));
    if (!seen.insert(delegation.name).second) return malformed("role " + quote(delegation.name) + " is there twice");
    file.delegations.push_back(std::move(delegation));
  }
  return {};
}

}  // namespace

Status FileInfo::check(std::string_view bytes) const {
  if (length && *length != bytes.size())
    return Error(ErrorCode::mismatch,
                 "has " + std::to_string(bytes.size()) + " bytes, want " + std::to_string(*length));
  bool known = hashes.empty();
  for (const auto algorithm : {crypto::HashAlgorithm::sha256, crypto::HashAlgorithm::sha512}) {
    const auto wanted = hashes.find(std::string(to_string(algorithm)));
    if (wanted == hashes.end()) continue;
    known = true;
    if (crypto::hash(algorithm, bytes) != wanted->second)
      return Error(ErrorCode::mismatch, "its " + wanted->first + " is another than the one that was signed");
  }
  if (!known) return Error(ErrorCode::unsupported, "hash " + quote(hashes.begin()->first) + ", want sha256 or sha512");
  return {};
}

Result<bool> Delegation::covers(std::string_view path, std::uint64_t& left) const {
  for (const std::string& pattern : paths) {
    SUPPLY_TRY(const bool found, matches(pattern, path, left));
    if (found) return true;
  }
  if (path_hash_prefixes.empty()) return false;
  const std::string hash = to_hex(crypto::hash(crypto::HashAlgorithm::sha256, path));
  for (const std::string& prefix : path_hash_prefixes)
    if (!prefix.empty() && hash.starts_with(prefix)) return true;
  return false;
}

std::string HashBins::name_for(std::string_view path) const {
  const std::string hash = crypto::hash(crypto::HashAlgorithm::sha256, path);
  const std::uint64_t number = read_integer(std::string_view(hash).substr(0, 4), std::endian::big) >> (32 - bits);
  std::string digits;
  for (unsigned left = (bits + 3) / 4; left-- > 0;) digits += "0123456789abcdef"[number >> (4 * left) & 0xf];
  return prefix + '-' + digits;
}

Result<Root> Root::parse(std::string_view text) {
  return parse_file<Root>(text, "root", kMaxTufRootBytes, [](const json::Value& part, Root& file) -> Status {
    SUPPLY_TRY(const std::optional<bool> consistent, json::optional_bool(part, "consistent_snapshot"));
    file.consistent_snapshot = consistent.value_or(false);
    SUPPLY_TRY(file.keys, read_keys(part));
    SUPPLY_TRY(const json::Value* const roles, object_in(part, "roles"));
    const auto read_role = [&](const char* name, Role& into) -> Status {
      SUPPLY_TRY(const json::Value* const role, object_in(*roles, name));
      SUPPLY_TRY(into, Role::parse(*role).at(std::string("role ") + name));
      return {};
    };
    SUPPLY_TRY(read_role("root", file.root));
    SUPPLY_TRY(read_role("timestamp", file.timestamp));
    SUPPLY_TRY(read_role("snapshot", file.snapshot));
    return read_role("targets", file.targets);
  });
}

Result<Timestamp> Timestamp::parse(std::string_view text) {
  return parse_file<Timestamp>(text, "timestamp", kMaxTufTimestampBytes,
                               [](const json::Value& part, Timestamp& file) -> Status {
                                 SUPPLY_TRY(const json::Value* const meta, object_in(part, "meta"));
                                 SUPPLY_TRY(const json::Value* const said, object_in(*meta, "snapshot.json"));
                                 SUPPLY_TRY(file.snapshot, read_file_info(*said).at("snapshot.json"));
                                 SUPPLY_TRY(file.snapshot.version, whole_number(*said, "version", 1));
                                 return {};
                               });
}

Result<Snapshot> Snapshot::parse(std::string_view text) {
  return parse_file<Snapshot>(text, "snapshot", kMaxTufSnapshotBytes,
                              [](const json::Value& part, Snapshot& file) -> Status {
                                SUPPLY_TRY(const json::Value* const meta, object_in(part, "meta"));
                                for (const auto& item : meta->items()) {
                                  SUPPLY_TRY(FileInfo info, read_file_info(item.value()).at(quote(item.key())));
                                  SUPPLY_TRY(info.version, whole_number(item.value(), "version", 1));
                                  file.files.emplace(item.key(), std::move(info));
                                }
                                return {};
                              });
}

Result<Targets> Targets::parse(std::string_view text) {
  return parse_file<Targets>(
      text, "targets", kMaxTufTargetsBytes, [](const json::Value& part, Targets& file) -> Status {
        SUPPLY_TRY(const json::Value* const listed, object_in(part, "targets"));
        for (const auto& item : listed->items()) {
          SUPPLY_TRY(FileInfo info, read_file_info(item.value()).at("target " + quote(item.key())));
          if (!info.length || info.hashes.empty())
            return malformed("target " + quote(item.key()) + ": want a length and hashes");
          file.targets.emplace(item.key(), std::move(info));
        }
        SUPPLY_TRY(const json::Value* const below, json::optional_object(part, "delegations"));
        return below == nullptr ? Status() : read_delegations(*below, file).at("delegations");
      });
}

}  // namespace supply::tuf
