// A client that is bound to a socket of this machine asks nobody else.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <thread>

#include "libsupply/base/http/curl_client.hpp"

using namespace supply;

namespace {

// Answers one connection.
class UnixServer {
 public:
  explicit UnixServer(const std::string& path) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_, 1) == 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~UnixServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string request;

 private:
  void serve() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    char bytes[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t count = ::recv(fd, bytes, sizeof bytes, 0);
      if (count <= 0) break;
      request.append(bytes, static_cast<std::size_t>(count));
    }
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";
    (void)!::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::close(fd);
  }
  int listener_ = -1;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a client of a socket goes there whatever the address and the proxies say") {
  char directory[] = "/tmp/supply-unix-XXXXXX";
  REQUIRE(::mkdtemp(directory) != nullptr);
  const std::string path = std::string(directory) + "/s";
  http::CurlOptions options{.unix_socket = path};
  options.environment = {{"http_proxy", "http://127.0.0.1:1"}, {"all_proxy", "http://127.0.0.1:1"}};
  const auto client = http::curl_client(options);
  REQUIRE(client);
  const auto url = http::Url::parse("http://engine.example/containers/json?all=1");
  REQUIRE(url);
  {
    UnixServer server(path);
    auto response = (*client)->send({.url = *url});
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(*io::read_all(*response->body, 10) == "hi");
    CHECK(server.request.starts_with("GET /containers/json?all=1 HTTP/1.1\r\n"));
  }
  const auto refused = (*client)->send({.url = *url});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::unavailable);
  std::filesystem::remove_all(directory);
}
