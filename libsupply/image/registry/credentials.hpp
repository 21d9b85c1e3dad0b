// Who we are to a registry, from the files and helper programs that docker, podman and their kin keep. Nothing is
// written here (see login.hpp), and nothing leaves the process but a helper's own question.
//
// The order, of which the first place that knows the registry wins:
//   1. the file named by --authfile or REGISTRY_AUTH_FILE: then no other place is looked at
//   2. the JSON in DOCKER_AUTH_CONFIG
//   3. $XDG_RUNTIME_DIR/containers/auth.json (else /run/containers/UID/auth.json),
//   $XDG_CONFIG_HOME/containers/auth.json
//   4. $DOCKER_CONFIG/config.json (else ~/.docker/config.json), ~/.dockercfg
// In each file exactly one of credHelpers[registry], credsStore, auths speaks for a registry, as in docker; in auths
// the longest key of registry/namespace wins, as in podman. HttpHeaders of docker's file are not sent: they would be a
// credential for every host.
// Source: docker/cli config/configfile; containers/image containers-auth.json(5).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/http/proxy.hpp"
#include "libsupply/base/io/file.hpp"

namespace supply::registry {

/// A secret: it is for one registry, and never part of a message.
struct Credential {
  std::string username = {}, password = {};  ///< for Basic, at the registry or at its token server
  std::string identity_token = {};           ///< OAuth 2 refresh token for the token server
  std::string registry_token = {};           ///< a bearer token for the registry itself
  std::string source = {};                   ///< where it comes from, for messages

  bool empty() const {
    return username.empty() && password.empty() && identity_token.empty() && registry_token.empty();
  }
};

class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  /// For `registry` ("docker.io", "registry.example:5000") and a repository in it; nothing when no place knows one.
  /// Any thread. Errors: usage (a file that is no such file), forbidden (cannot be read), unavailable (a helper that
  /// fails); never silently none.
  virtual Result<std::optional<Credential>> find(const std::string& registry, const std::string& repository) = 0;
};

/// No credentials at all.
class NoCredentials : public CredentialSource {
 public:
  Result<std::optional<Credential>> find(const std::string&, const std::string&) override {
    return std::optional<Credential>();
  }
};

struct CredentialPlaces {
  http::Environment environment = {};
  std::string auth_file = {};  ///< --authfile
  unsigned user_id = 0;
};

class CredentialFiles : public CredentialSource {
 public:
  explicit CredentialFiles(CredentialPlaces places) : places_(std::move(places)) {}
  Result<std::optional<Credential>> find(const std::string& registry, const std::string& repository) override;
  /// The files that would be looked at, in their order, there or not.
  std::vector<io::Path> files() const;

 private:
  const CredentialPlaces places_;
};

/// The key under which docker keeps a registry: Docker Hub's is https://index.docker.io/v1/.
std::string credential_key(const std::string& registry);

}  // namespace supply::registry
