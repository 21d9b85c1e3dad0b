// Accepts connections on a port of loopback and serves each in a thread of its own, until it is destroyed. Tests only.
#pragma once

#include <netinet/in.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace supply::testing {

sockaddr_in loopback(int port);

class LoopbackServer {
 public:
  /// `serve` is called in the connection's thread; the connection is closed when it returns.
  explicit LoopbackServer(std::function<void(int fd)> serve);
  /// Shuts the connections down and waits for their threads.
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  int port() const { return port_; }
  int connections() const { return connections_; }
  bool stopping() const { return stopping_; }

 private:
  void accept_all();
  void serve(int fd);

  std::function<void(int fd)> serve_;
  int listener_ = -1, port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace supply::testing
