// The CA certificates and client certificates that docker and podman keep by registry. Source: docker's "Verify
// repository client with certificates"; containers-certs.d(5).
#pragma once

#include "libsupply/base/http/client.hpp"
#include "libsupply/base/http/proxy.hpp"

namespace supply::registry {

/// Where they are looked for: podman's directories of the user and of the machine, docker's of the machine.
std::vector<std::string> certificate_directories(const http::Environment& environment);

struct Certificates {
  std::string ca_certificates = {};  ///< PEM; trusted beside the system's
  std::optional<http::ClientCertificate> client = {};
};

/// What the first of the directories that has a directory HOST or HOST:PORT has in it: every *.crt holds CA
/// certificates, the first pair NAME.cert and NAME.key is ours. Errors: usage (a certificate without a key or a key
/// without one, a file that is no certificate), forbidden, unavailable.
Result<Certificates> find_certificates(const std::vector<std::string>& directories, const std::string& registry);

}  // namespace supply::registry
