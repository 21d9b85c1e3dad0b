// Which services sign: certificate authorities, logs and timestamp authorities with their URLs, versions and times.
// Immutable values; any thread. Source: sigstore/protobuf-specs, sigstore_trustroot.proto, SigningConfig (v0.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::sigstore {

struct Service {
  std::string url;
  std::uint64_t major_version = 0;  ///< of its API
  root::ValidityWindow valid_for;
  std::string owner;  ///< `operator`
};

/// How many of the services that are valid and of distinct operators are used.
struct ServiceSelector {
  enum class Kind { any, all, exact };
  Kind kind = Kind::any;
  std::uint64_t count = 0;  ///< of exact
};

struct SigningConfig {
  std::vector<Service> certificate_authorities, oidc_providers, logs, timestamp_authorities;
  ServiceSelector log_selector, timestamp_selector;

  /// Takes v0.2. Errors: unsupported (another media type), malformed (also an unknown member, selector or a service
  /// without a URL, and selectors without a count that want one), limit_exceeded.
  static Result<SigningConfig> parse(std::string_view json);
};

/// Services of the highest of `versions` that any valid one has, one for each operator, the newest first, as many as
/// the selector says. Where it leaves a choice, the newest are taken, so that one input gives one answer. Errors:
/// unsupported, when there are too few; `what` names them.
Result<std::vector<Service>> select(const std::vector<Service>& services, const ServiceSelector& selector,
                                    const std::vector<std::uint64_t>& versions, Time now, std::string_view what);

}  // namespace supply::sigstore
