// Real servers on loopback: Debian's docker-registry, and nginx before it. Tests only.
#pragma once

#include <memory>
#include <optional>

#include "libsupply/testing/certificates.hpp"
#include "libsupply/testing/child.hpp"

namespace supply::testing {

class DockerRegistry {
 public:
  struct Options {
    std::optional<Authority::Certificate> tls = {};
    std::string client_authority = {};  ///< PEM file: clients need a certificate of it
    bool htpasswd = false;              ///< user "user", password "s3cret"
  };
  DockerRegistry() : DockerRegistry(Options{}) {}
  explicit DockerRegistry(const Options& options);

  int port() const { return port_; }
  std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string log() const { return read(directory_ / "log"); }
  /// Ends it and starts it anew on the same port; what it has stored stays.
  void restart();

 private:
  void start();
  TempDirectory directory_;
  int port_ = 0;
  std::unique_ptr<Child> child_;
};

/// nginx with one server block.
class Nginx {
 public:
  /// `rules` are in the server block; "PORT" in it is the port that nginx listens on.
  explicit Nginx(const std::string& rules, const std::optional<Authority::Certificate>& tls = {},
                 const std::string& in_http = {});
  int port() const { return port_; }
  std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string error_log() const { return read(directory_ / "error.log"); }

 private:
  TempDirectory directory_;
  int port_ = 0;
  std::unique_ptr<Child> child_;
};

}  // namespace supply::testing
