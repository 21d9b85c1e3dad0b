// An authority made by openssl, and certificates that it gives out. Tests only.
#pragma once

#include "libsupply/testing/testing.hpp"

namespace supply::testing {

class Authority {
 public:
  explicit Authority(const std::string& name = "Supply test authority");
  std::string file() const { return (directory_ / "ca.pem").string(); }
  struct Certificate {
    std::string file, key_file;  ///< as long as the authority lives
  };
  /// For names and addresses as openssl writes them: "DNS:localhost,IP:127.0.0.1".
  Certificate issue(const std::string& subject, const std::string& names, int days = 2);
  static Certificate loopback(Authority& authority) {
    return authority.issue("server", "DNS:localhost,DNS:registry.example,IP:127.0.0.1");
  }

 private:
  TempDirectory directory_;
};

}  // namespace supply::testing
