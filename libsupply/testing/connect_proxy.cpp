#include "libsupply/testing/connect_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace supply::testing {
namespace {

// False at the end of the stream.
bool pass_on(int from, int to) {
  std::array<char, 65536> bytes{};
  const ssize_t count = ::recv(from, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  for (ssize_t sent = 0; sent < count;) {
    const ssize_t step = ::send(to, bytes.data() + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
    if (step <= 0) return false;
    sent += step;
  }
  return true;
}

}  // namespace

ConnectProxy::ConnectProxy(int target_port) : target_(target_port), server_([this](int fd) { serve(fd); }) {}

std::vector<std::string> ConnectProxy::heads() const {
  const std::scoped_lock lock(mutex_);
  return heads_;
}

void ConnectProxy::serve(int fd) {
  std::string head;
  for (char c = 0; head.find("\r\n\r\n") == std::string::npos;) {
    if (::recv(fd, &c, 1, 0) != 1) return;
    head += c;
  }
  {
    const std::scoped_lock lock(mutex_);
    heads_.push_back(head);
  }
  const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(target_);
  if (head.starts_with("CONNECT ") &&
      ::connect(other, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    const std::string yes = "HTTP/1.1 200 Connection established\r\n\r\n";
    ::send(fd, yes.data(), yes.size(), MSG_NOSIGNAL);
    for (bool alive = true; alive && !server_.stopping();) {
      pollfd both[] = {{fd, POLLIN, 0}, {other, POLLIN, 0}};
      if (::poll(both, 2, 100) < 0) break;
      if (both[0].revents != 0) alive = pass_on(fd, other);
      if (alive && both[1].revents != 0) alive = pass_on(other, fd);
    }
  }
  ::close(other);
}

}  // namespace supply::testing
