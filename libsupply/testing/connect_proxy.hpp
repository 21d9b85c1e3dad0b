// A proxy that tunnels every CONNECT to one port of loopback, whatever it is asked for. Tests only.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "libsupply/testing/loopback_server.hpp"

namespace supply::testing {

class ConnectProxy {
 public:
  explicit ConnectProxy(int target_port);

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  /// The heads of the requests so far.
  std::vector<std::string> heads() const;

 private:
  void serve(int fd);
  int target_;
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;
  LoopbackServer server_;  // last: it calls serve() from its birth to its end
};

}  // namespace supply::testing
