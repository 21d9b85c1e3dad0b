// A proxy that tunnels every CONNECT to one port of loopback, whatever it is asked for. Tests only.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace supply::testing {

class ConnectProxy {
 public:
  explicit ConnectProxy(int target_port);
  ~ConnectProxy();
  ConnectProxy(const ConnectProxy&) = delete;
  ConnectProxy& operator=(const ConnectProxy&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// The heads of the requests so far.
  std::vector<std::string> heads() const;

 private:
  void serve(int fd);
  int listener_ = -1, port_ = 0, target_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace supply::testing
