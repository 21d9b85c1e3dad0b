#include "libsupply/testing/private_log.hpp"

#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/der.hpp"

namespace supply::testing {
namespace {

constexpr std::size_t kSpkiHeadOfEd25519 = 12;

std::string leaf(const std::string& body) { return sha256_of(std::string(1, '\0') + body); }

std::string root_of(const std::string* first, std::size_t count) {
  if (count == 0) return sha256_of("");
  if (count == 1) return leaf(*first);
  std::size_t half = 1;
  while (half * 2 < count) half *= 2;
  return sha256_of('\x01' + root_of(first, half) + root_of(first + half, count - half));
}

void add_path(const std::string* first, std::size_t count, std::size_t index, std::vector<std::string>& path) {
  if (count <= 1) return;
  std::size_t half = 1;
  while (half * 2 < count) half *= 2;
  if (index < half) {
    add_path(first, half, index, path);
    path.push_back(root_of(first + half, count - half));
  } else {
    add_path(first + half, count - half, index - half, path);
    path.push_back(root_of(first, half));
  }
}

crypto::PrivateKey key_for(Rekor version) {
  return *crypto::PrivateKey::generate(version == Rekor::v2 ? crypto::KeyType::ed25519 : crypto::KeyType::ecdsa_p256);
}

// C2SP signed-note: SHA-256(name || "\n" || 1 || key) of Ed25519; of others what Sigstore does.
std::string id_of(const std::string& host, const crypto::PrivateKey& key) {
  if (key.type() != crypto::KeyType::ed25519) return sha256_of(spki(key));
  return sha256_of(host + "\n\x01" + spki(key).substr(kSpkiHeadOfEd25519));
}

}  // namespace

std::string sha256_of(std::string_view bytes) { return crypto::hash(crypto::HashAlgorithm::sha256, bytes); }
std::string spki(const crypto::PrivateKey& key) { return key.public_key().to_der(); }

std::string merkle_root(const std::vector<std::string>& leaves) { return root_of(leaves.data(), leaves.size()); }

std::vector<std::string> merkle_path(const std::vector<std::string>& leaves, std::size_t index) {
  std::vector<std::string> path;
  add_path(leaves.data(), leaves.size(), index, path);
  return path;
}

std::string checkpoint_text(const std::string& origin, std::uint64_t size, const std::string& root) {
  return origin + "\n" + std::to_string(size) + "\n" + to_base64(root) + "\n";
}

std::string note_line(const std::string& name, const std::string& id, const std::string& text,
                      const crypto::PrivateKey& key) {
  return "\xe2\x80\x94 " + name + ' ' + to_base64(id.substr(0, 4) + *key.sign(text)) + "\n";
}

std::string cosignature_line(const std::string& name, const std::string& text, const crypto::PrivateKey& key,
                             Time time) {
  const auto seconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
  const std::string id = sha256_of(name + "\n\x04" + spki(key).substr(kSpkiHeadOfEd25519)).substr(0, 4);
  const std::string signature = *key.sign("cosignature/v1\ntime " + std::to_string(seconds) + "\n" + text);
  return "\xe2\x80\x94 " + name + ' ' + to_base64(id + big_endian(seconds, 8) + signature) + "\n";
}

PrivateLog::PrivateLog(Rekor version, std::string host) : PrivateLog(version, std::move(host), key_for(version)) {}

PrivateLog::PrivateLog(Rekor version, std::string host, crypto::PrivateKey key)
    : version_(version), host_(std::move(host)), key_(std::move(key)), id_(id_of(host_, key_)) {}

std::string PrivateLog::origin() const { return version_ == Rekor::v1 ? host_ + " - 77" : host_; }

root::TransparencyLog PrivateLog::trusted(Time start) const {
  return {"https://" + host_, host_, id_, id_, key_.public_key(), {start, std::nullopt}, {}};
}

std::size_t PrivateLog::add(std::string body) {
  leaves_.push_back(std::move(body));
  return leaves_.size() - 1;
}

std::string PrivateLog::checkpoint_of(const Leaves& leaves, const CheckpointForm& form) const {
  const std::string text =
      checkpoint_text(form.origin.empty() ? origin() : form.origin, form.size == 0 ? leaves.size() : form.size,
                      form.root.empty() ? merkle_root(leaves) : form.root) +
      form.more_text;
  return text + "\n" + form.lines_before +
         note_line(form.name.empty() ? host_ : form.name, form.id.empty() ? id_ : form.id, text,
                   form.key == nullptr ? key_ : *form.key) +
         form.lines_after;
}

attest::LogEntry PrivateLog::entry_in(const Leaves& leaves, std::size_t index, const std::string& kind,
                                      const std::string& kind_version, Time time, const CheckpointForm& form) const {
  attest::LogEntry entry;
  entry.log_index = version_ == Rekor::v1 ? index + kBefore : index;
  entry.log_id = id_;
  entry.kind = kind;
  entry.version = kind_version;
  entry.body = leaves.at(index);
  entry.proof = {index, leaves.size(), merkle_root(leaves), merkle_path(leaves, index), checkpoint_of(leaves, form)};
  if (version_ == Rekor::v2) return entry;
  entry.integrated_time = time.time_since_epoch().count();
  entry.promise = promise_of(entry, key_);
  return entry;
}

std::string PrivateLog::checkpoint(const CheckpointForm& form) const { return checkpoint_of(leaves_, form); }

attest::LogEntry PrivateLog::entry(std::size_t index, const std::string& kind, const std::string& kind_version,
                                   Time time, const CheckpointForm& form) const {
  return entry_in(leaves_, index, kind, kind_version, time, form);
}

attest::LogEntry PrivateLog::entry_of_two(std::string body, const std::string& kind, const std::string& kind_version,
                                          Time time, const CheckpointForm& form) const {
  return entry_in({"the leaf before", std::move(body)}, 1, kind, kind_version, time, form);
}

std::string promise_of(const attest::LogEntry& entry, const crypto::PrivateKey& key) {
  return *key.sign("{\"body\":\"" + to_base64(entry.body) +
                   "\",\"integratedTime\":" + std::to_string(*entry.integrated_time) + ",\"logID\":\"" +
                   to_hex(entry.log_id) + "\",\"logIndex\":" + std::to_string(entry.log_index) + "}");
}

}  // namespace supply::testing
