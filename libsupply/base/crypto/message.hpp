// Bytes that signatures are said to be over, hashed once for each algorithm however many signatures and keys are tried.
// One thread.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "libsupply/base/crypto/hasher.hpp"

namespace supply::crypto {

class Message {
 public:
  /// `head` and then `body`. `body` must outlive the message.
  explicit Message(std::string_view body, std::string head = {}) : head_(std::move(head)), body_(body) {}

  std::size_t size() const { return head_.size() + body_.size(); }
  /// The raw hash: sha256, sha384 or sha512.
  const std::string& hash(HashAlgorithm algorithm);
  /// What Ed25519ph signs, hashed; the bytes of libsodium's state.
  const std::string& ed25519ph_state();
  /// All of it in one piece, for Ed25519, which hashes it anew for each signature. The view is into `body` or `joined`.
  std::string_view in_one_piece(std::string& joined) const {
    return head_.empty() ? body_ : std::string_view(joined = head_ + std::string(body_));
  }

 private:
  std::string head_;
  std::string_view body_;
  std::array<std::string, 3> hashes_;
  std::string ed25519ph_state_;
};

}  // namespace supply::crypto
