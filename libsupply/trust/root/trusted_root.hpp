// Whom somebody trusts: logs and authorities with their keys, certificates and times. Immutable values; any thread.
// Source: sigstore/protobuf-specs, sigstore_trustroot.proto, TrustedRoot.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/crypto/certificate.hpp"
#include "libsupply/base/time/time.hpp"

namespace supply::root {

/// From when until when something is trusted, both ends included; without an end, from then on.
struct ValidityWindow {
  std::optional<Time> start, end;
  bool covers(Time time) const { return (!start || *start <= time) && (!end || time <= *end); }
};

struct TransparencyLog {
  std::string base_url;
  std::string host;                      ///< of base_url: how the log signs its checkpoints
  std::string id;                        ///< raw; how entries and certificates name the log
  std::string checkpoint_id;             ///< raw; what a checkpoint's key id is the start of
  std::optional<crypto::PublicKey> key;  ///< nothing: of a type that Supply does not use
  ValidityWindow valid_for;
  std::string owner;  ///< `operator`; empty: the log stands for itself
};

struct CertificateAuthority {
  std::string uri;
  std::vector<crypto::Certificate> chain;  ///< the anchor last
  ValidityWindow valid_for;
  std::string owner;
};

struct TrustedRoot {
  std::vector<TransparencyLog> logs;     ///< of signatures (Rekor)
  std::vector<TransparencyLog> ct_logs;  ///< of certificates
  std::vector<CertificateAuthority> certificate_authorities;
  std::vector<CertificateAuthority> timestamp_authorities;

  /// Errors: malformed (another media type, an unknown member, a log whose validity has no start, a damaged key or
  /// certificate), limit_exceeded.
  static Result<TrustedRoot> parse(std::string_view json);
  /// One, or several instances, one a line (JSON Lines), as `gh attestation trusted-root` prints them.
  /// Errors: those of parse, with the line.
  static Result<std::vector<TrustedRoot>> parse_all(std::string_view text);
};

}  // namespace supply::root
