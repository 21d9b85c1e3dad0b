// Puts a trusted root together from keys and certificates, for instances of one's own. Pure; any thread.
// Source: sigstore/protobuf-specs, sigstore_trustroot.proto, TrustedRoot.
#pragma once

#include <string>
#include <vector>

#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::root {

struct LogSource {
  std::string url;
  std::string key;     ///< PEM
  std::string origin;  ///< the name in the checkpoints of a log of Rekor v2 or of a CT log with tiles; empty: the key
                       ///< alone is the log's id, as Rekor v1 and CT logs have it
  ValidityWindow valid_for;  ///< with a start
};

struct AuthoritySource {
  std::string url;
  std::string chain;  ///< PEM, the anchor last
  ValidityWindow valid_for;
};

struct TrustedRootSources {
  std::vector<LogSource> logs, ct_logs;
  std::vector<AuthoritySource> certificate_authorities, timestamp_authorities;
};

/// trusted_root.json, which TrustedRoot::parse() reads; entries in the order of their start, then of their bytes: the
/// same sources give the same text. Errors: usage (a log without start, an end before the start, a chain whose
/// certificates do not follow from each other or that has no anchor, a URL twice with one key), malformed, unsupported.
Result<std::string> make_trusted_root(const TrustedRootSources& sources);

}  // namespace supply::root
