// A transparency log in memory that grows: its Merkle tree, its checkpoints, its promises. Tests only.
// Source: RFC 6962, section 2.1; C2SP signed-note, tlog-checkpoint, tlog-cosignature; sigstore/rekor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/trust/attest/log_entry.hpp"
#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::testing {

std::string sha256_of(std::string_view bytes);
/// DER of SubjectPublicKeyInfo.
std::string spki(const crypto::PrivateKey& key);

/// The root hash of a tree of these leaves, and the path to one of them.
std::string merkle_root(const std::vector<std::string>& leaves);
std::vector<std::string> merkle_path(const std::vector<std::string>& leaves, std::size_t index);

/// Text of a checkpoint, its last newline included.
std::string checkpoint_text(const std::string& origin, std::uint64_t size, const std::string& root);
/// A signature line: the first four bytes of `id`, then the key's signature of `text`.
std::string note_line(const std::string& name, const std::string& id, const std::string& text,
                      const crypto::PrivateKey& key);
/// A witness's line. The key is Ed25519.
std::string cosignature_line(const std::string& name, const std::string& text, const crypto::PrivateKey& key,
                             Time time);

/// What a checkpoint is to say and who is to sign it; the defaults are good.
struct CheckpointForm {
  std::string origin = {};                  ///< empty: the log's
  std::string name = {};                    ///< of the signature line; empty: the log's
  std::string id = {};                      ///< its key id; empty: the log's
  std::string root = {};                    ///< empty: the tree's
  std::uint64_t size = 0;                   ///< 0: the tree's
  const crypto::PrivateKey* key = nullptr;  ///< null: the log's
  std::string more_text = {};               ///< extension lines, each with its newline
  std::string lines_before = {}, lines_after = {};
};

enum class Rekor { v1, v2 };

class PrivateLog {
 public:
  /// `host` is how it signs; Rekor v2's key is Ed25519, v1's P-256, unless another is given.
  PrivateLog(Rekor version, std::string host);
  PrivateLog(Rekor version, std::string host, crypto::PrivateKey key);

  const crypto::PrivateKey& key() const { return key_; }
  const std::string& id() const { return id_; }  ///< raw
  const std::string& host() const { return host_; }
  Rekor version() const { return version_; }
  std::string origin() const;  ///< "HOST - 77", of v1
  /// As a trusted root lists it, from `start` on.
  root::TransparencyLog trusted(Time start) const;

  /// A new leaf at the end. Returns its index in the tree.
  std::size_t add(std::string body);
  std::size_t size() const { return leaves_.size(); }
  /// The bodies in their order: what tiles are made of.
  const std::vector<std::string>& leaves() const { return leaves_; }

  std::string checkpoint(const CheckpointForm& form = {}) const;
  /// The entry of that leaf as a bundle has it: with a promise of `time` (v1), without time (v2). The global index of
  /// v1 is `kBefore` more than that in the tree.
  attest::LogEntry entry(std::size_t index, const std::string& kind, const std::string& kind_version, Time time,
                         const CheckpointForm& form = {}) const;
  static constexpr std::uint64_t kBefore = 1000;
  /// The same of a log in which the body is the second leaf of two. What was added is not looked at.
  attest::LogEntry entry_of_two(std::string body, const std::string& kind, const std::string& kind_version, Time time,
                                const CheckpointForm& form = {}) const;

 private:
  using Leaves = std::vector<std::string>;
  std::string checkpoint_of(const Leaves& leaves, const CheckpointForm& form) const;
  attest::LogEntry entry_in(const Leaves& leaves, std::size_t index, const std::string& kind,
                            const std::string& kind_version, Time time, const CheckpointForm& form) const;

  Rekor version_;
  std::string host_;
  crypto::PrivateKey key_;
  std::string id_;
  std::vector<std::string> leaves_;
};

/// What Rekor v1 promises of an entry: a signature of its canonical JSON.
std::string promise_of(const attest::LogEntry& entry, const crypto::PrivateKey& key);

}  // namespace supply::testing
