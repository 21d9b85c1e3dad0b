// What a log entry says was signed, by whom, and with which signature: the canonical bodies of Rekor.
// Source: sigstore/rekor, pkg/types; sigstore/rekor-tiles, rekor/v2.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::root {

struct LoggedSignature {
  enum class Covers {
    message,  ///< `digest` is of the bytes that the signature is over: a file, or pre-authentication bytes
    payload,  ///< `digest` is of an envelope's payload
    text,     ///< `digest` is of an envelope's JSON text, signatures and all, as it was sent to the log
  };
  Covers covers = Covers::message;
  crypto::HashAlgorithm algorithm = crypto::HashAlgorithm::sha256;
  std::string digest;        ///< raw
  std::string signature;     ///< raw; empty where `covers` is text
  std::string certificate;   ///< DER; empty when a key is logged
  std::string key;           ///< DER of SubjectPublicKeyInfo in its one form; empty when a certificate is logged
  bool of_envelope = false;  ///< entries of kind dsse and intoto are of envelopes alone

  /// From hashedrekord 0.0.1 and 0.0.2, rekord, dsse 0.0.1, intoto 0.0.1 and 0.0.2, where kind and version are those
  /// that the entry states besides. Errors: malformed; mismatch (another kind or version inside); unsupported (other
  /// kinds; dsse 0.0.2, which was withdrawn); limit_exceeded.
  static Result<LoggedSignature> parse(std::string_view body, std::string_view kind, std::string_view version);
};

}  // namespace supply::root
