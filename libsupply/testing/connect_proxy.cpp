#include "libsupply/testing/connect_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace supply::testing {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

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

ConnectProxy::ConnectProxy(int target_port) : target_(target_port) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("cannot listen on loopback");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] {
    while (!stopping_) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      const std::scoped_lock lock(mutex_);
      open_.push_back(fd);
      threads_.emplace_back([this, fd] { serve(fd); });
    }
  });
}

ConnectProxy::~ConnectProxy() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    const std::scoped_lock lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const int fd : open_) ::close(fd);
}

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
    for (bool alive = true; alive && !stopping_;) {
      pollfd both[] = {{fd, POLLIN, 0}, {other, POLLIN, 0}};
      if (::poll(both, 2, 100) < 0) break;
      if (both[0].revents != 0) alive = pass_on(fd, other);
      if (alive && both[1].revents != 0) alive = pass_on(other, fd);
    }
  }
  ::close(other);
  ::shutdown(fd, SHUT_RDWR);
}

}  // namespace supply::testing
