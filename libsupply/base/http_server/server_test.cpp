#include "libsupply/base/http_server/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "libsupply/base/http_server/internal/http.hpp"
#include "libsupply/testing/certificates.hpp"

namespace supply::http_server {
namespace {

using namespace std::chrono_literals;

ServerCertificate certificate(testing::Authority& authority) {
  const auto files = testing::Authority::loopback(authority);
  return {testing::read(files.file), testing::read(files.key_file)};
}

/// A server on a thread of its own.
class Running {
 public:
  Running(Options options, Handler handler) : certificate_(certificate(authority_)) {
    options.address = "127.0.0.1";
    auto made = Server::create(options, certificate_, std::move(handler));
    REQUIRE(made);
    server_ = *std::move(made);
    thread_ = std::thread([this] { CHECK(server_->run()); });
  }
  ~Running() {
    server_->stop(2s);
    thread_.join();
  }
  Server* operator->() const { return server_.get(); }
  testing::Authority& authority() { return authority_; }

 private:
  testing::Authority authority_;
  ServerCertificate certificate_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

/// A client that says byte for byte what it is told.
class Client {
 public:
  explicit Client(std::uint16_t port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const timeval patience{20, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Client() {
    SSL_free(tls_);
    SSL_CTX_free(context_);
    ::close(fd_);
  }
  bool greet() {
    context_ = SSL_CTX_new(TLS_client_method());
    tls_ = SSL_new(context_);
    SSL_set_fd(tls_, fd_);
    return connected_ && SSL_connect(tls_) == 1;
  }
  void say(std::string_view text) { SSL_write(tls_, text.data(), static_cast<int>(text.size())); }
  /// One answer, as far as its Content-Length goes; or what came before the end.
  std::string hear() {
    std::string text;
    char buffer[4096];
    while (true) {
      if (const std::size_t head = text.find("\r\n\r\n");
          head != std::string::npos && !text.starts_with("HTTP/1.1 100")) {
        const std::size_t at = text.find("Content-Length: ");
        if (at != std::string::npos && text.size() >= head + 4 + std::stoul(text.substr(at + 16))) return text;
      }
      const int count = SSL_read(tls_, buffer, sizeof buffer);
      if (count <= 0) return text;
      text.append(buffer, static_cast<std::size_t>(count));
    }
  }
  bool is_ended() {
    char byte;
    return SSL_read(tls_, &byte, 1) <= 0;
  }
  std::string name() const {
    X509* shown = SSL_get1_peer_certificate(tls_);
    char text[128] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, text, sizeof text);
    X509_free(shown);
    return text;
  }

 private:
  int fd_;
  bool connected_ = false;
  SSL_CTX* context_ = nullptr;
  SSL* tls_ = nullptr;
};

Response echo(const Request& request) {
  std::string query;
  for (const auto& [name, value] : request.query) query += name + "=" + value + ";";
  return {
      200, "text/plain",
      request.method + " " + request.path + " " + query + " " + request.content_type + " " + std::string(request.body)};
}

std::string post(const std::string& body, const std::string& more = "") {
  return "POST /x?timeout=10s HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" + more +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string status_of(const std::string& answer) { return answer.substr(9, 3); }

}  // namespace

TEST_CASE("a server answers requests of one connection, one after another") {
  Running server({}, echo);
  Client client(server->port());
  REQUIRE(client.greet());
  for (int i = 0; i < 3; ++i) {
    client.say(post("{\"a\": 1}"));
    const std::string answer = client.hear();
    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(answer.ends_with("POST /x timeout=10s; application/json {\"a\": 1}"));
  }
  // Two at once, and one in pieces.
  client.say(post("one") + post("two"));
  std::string both = client.hear();
  if (both.find("two") == std::string::npos) both += client.hear();
  CHECK(both.find("one") != std::string::npos);
  CHECK(both.find("two") != std::string::npos);
  for (const char byte : post("slow")) client.say(std::string(1, byte));
  CHECK(client.hear().ends_with("slow"));
  client.say("GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  CHECK(client.hear().find("GET /healthz") != std::string::npos);
  CHECK(client.is_ended());
  CHECK(server->counters().requests == 7);
}

TEST_CASE("a body that waits for a word gets it") {
  Running server({}, echo);
  Client client(server->port());
  REQUIRE(client.greet());
  const std::string request = post(std::string(100'000, 'x'), "Expect: 100-continue\r\n");
  const std::size_t head = request.find("\r\n\r\n") + 4;
  client.say(request.substr(0, head));
  client.say(request.substr(head));
  const std::string answer = client.hear();
  CHECK(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\n"));
  CHECK(answer.find("HTTP/1.1 200 OK") != std::string::npos);
}

TEST_CASE("parts and compressed forms of an answer are not made") {
  Running server({}, [](const Request&) { return Response{200, "text/plain", std::string(2000, 'a')}; });
  Client client(server->port());
  REQUIRE(client.greet());
  client.say("GET / HTTP/1.1\r\nHost: h\r\nRange: bytes=0-1\r\nAccept-Encoding: gzip, br\r\n\r\n");
  const std::string answer = client.hear();
  CHECK(answer.starts_with("HTTP/1.1 200 OK"));
  CHECK(answer.ends_with(std::string(2000, 'a')));
}

TEST_CASE("a request without one clear length is refused, and the connection ends") {
  Running server({}, echo);
  const std::vector<std::pair<std::string, std::string>> cases{
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "411"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\n\r\n", "411"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999999\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", "415"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length : 5\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nX: a\r\n Content-Length: 5\r\n\r\nhello", "411"},
      {"POST / HTTP/1.1\r\nHost: h\r\nX: a\nContent-Length: 5\r\n\r\nhello", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nX: a\rContent-Length: 5\r\n\r\nhello", "400"},
      {std::string("GET / HTTP/1.1\r\nX: a\0b\r\n\r\n", 27), "400"},
      {"GET / HTTP/1.1\r\nno field\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\n: a\r\n\r\n", "400"},
      {"HELLO\n\r\n\r\n", "400"},
      {"BREW / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/2.0\r\n\r\n", "400"},
      {"GET  / HTTP/1.1\r\n\r\n", "400"},
      {"GET / / HTTP/1.1\r\n\r\n", "400"},
      {"GET /\r\n\r\n", "400"},
  };
  for (const auto& [request, status] : cases) {
    Client client(server->port());
    REQUIRE(client.greet());
    client.say(request);
    const std::string answer = client.hear();
    INFO(request.substr(0, 100) << "\n" << answer);
    CHECK(status_of(answer) == status);
    CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(client.is_ended());
  }
}

TEST_CASE("a connection ends when its client says so, or speaks HTTP/1.0") {
  Running server({}, echo);
  const std::vector<std::pair<std::string, bool>> cases{
      {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: h\r\nconnection: Upgrade, CLOSE\r\n\r\n", true},
      {"GET / HTTP/1.0\r\n\r\n", true},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", false},
  };
  for (const auto& [request, ends] : cases) {
    Client client(server->port());
    REQUIRE(client.greet());
    client.say(request);
    const std::string answer = client.hear();
    INFO(request << "\n" << answer);
    CHECK(status_of(answer) == "200");
    CHECK((answer.find("\r\nConnection: close\r\n") != std::string::npos) == ends);
    client.say("GET /again HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(client.hear().empty() == ends);
  }
}

TEST_CASE("the answer to HEAD has no body, and names its length") {
  Running server({}, [](const Request&) { return Response{200, "text/plain", "12345"}; });
  Client client(server->port());
  REQUIRE(client.greet());
  client.say("HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");
  const std::string answer = client.hear();
  CHECK(answer.find("\r\nContent-Length: 5\r\n") != std::string::npos);
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("a request's target is a path and its query, as they were sent") {
  Running server({}, echo);
  Client client(server->port());
  REQUIRE(client.greet());
  client.say("GET /a%2fb?timeout=5s&x&=y&timeout=6s&z=1=2#part HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(client.hear().ends_with("\r\n\r\nGET /a%2fb =y;timeout=5s;x=;z=1=2;  "));
}

TEST_CASE("a range of many parts does not end the process") {
  Running server({}, echo);
  Client client(server->port());
  REQUIRE(client.greet());
  std::string range = "bytes=0-1";
  while (range.size() < 8000) range += ",2-3";
  client.say("GET / HTTP/1.1\r\nHost: h\r\nRange: " + range + "\r\n\r\n");
  CHECK_FALSE(client.hear().empty());
}

TEST_CASE("heads of kMaxRequestHeadBytes are taken, and no longer ones") {
  Running server({}, echo);
  const auto head_of = [](std::size_t size) {
    std::string head = "GET / HTTP/1.1\r\n";
    while (head.size() + 3000 < size) head += "X-Filler: " + std::string(1000, 'a') + "\r\n";
    return head + "Y: " + std::string(size - head.size() - 7, 'b') + "\r\n\r\n";
  };
  Client client(server->port());
  REQUIRE(client.greet());
  client.say(head_of(kMaxRequestHeadBytes));
  CHECK(status_of(client.hear()) == "200");
  client.say(head_of(kMaxRequestHeadBytes + 1));
  CHECK(status_of(client.hear()) == "431");
  CHECK(client.is_ended());
}

TEST_CASE("bodies of the limit are taken, and no longer ones (kMaxRequestBodyBytes)") {
  Options options;
  options.body_bytes = 1000;
  Running server(options, [](const Request& request) {
    return Response{200, "text/plain", std::to_string(request.body.size())};
  });
  Client client(server->port());
  REQUIRE(client.greet());
  client.say(post(std::string(1000, 'x')));
  CHECK(client.hear().ends_with("\r\n1000"));
  client.say(post(std::string(1001, 'x')));
  CHECK(status_of(client.hear()) == "413");
}

TEST_CASE("bodies that together take too much are told to come back (kMaxBodiesBytes)") {
  Options options;
  options.bodies_bytes = 250'000;
  Running server(options, echo);
  const std::string large = post(std::string(200'000, 'x'));
  Client first(server->port()), second(server->port());
  REQUIRE(first.greet());
  REQUIRE(second.greet());
  first.say(large.substr(0, 1000));
  while (server->counters().open < 2) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(50ms);
  second.say(large.substr(0, 1000));
  const std::string answer = second.hear();
  CHECK(status_of(answer) == "503");
  CHECK(answer.find("Retry-After: 1") != std::string::npos);
  first.say(large.substr(1000));
  CHECK(status_of(first.hear()) == "200");
  Client third(server->port());
  REQUIRE(third.greet());
  third.say(large);
  CHECK(status_of(third.hear()) == "200");
}

TEST_CASE("more connections than there is room for are closed (kMaxServerConnections)") {
  Options options;
  options.connections = 2;
  Running server(options, echo);
  Client first(server->port()), second(server->port());
  REQUIRE(first.greet());
  REQUIRE(second.greet());
  Client third(server->port());
  CHECK_FALSE(third.greet());
  CHECK(server->counters().refused == 1);
  first.say(post("x"));
  CHECK(status_of(first.hear()) == "200");
}

TEST_CASE("requests that wait behind too many are told to come back (kMaxWaitingRequests, kMaxServerThreads)") {
  Options options;
  options.threads = 1;
  options.waiting = 1;
  std::atomic<bool> entered{false}, go{false};
  Running server(options, [&](const Request&) {
    entered = true;
    while (!go) std::this_thread::sleep_for(1ms);
    return Response{};
  });
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<Client>(server->port()));
    REQUIRE(clients.back()->greet());
  }
  for (const auto& client : clients) {
    client->say(post("x"));
    while (!entered) std::this_thread::sleep_for(1ms);
  }
  std::this_thread::sleep_for(200ms);
  go = true;
  std::map<std::string, int> answers;
  for (const auto& client : clients) ++answers[status_of(client->hear())];
  CHECK(answers["200"] == 2);
  CHECK(answers["503"] == 2);
  CHECK(server->counters().overloaded == 2);
}

TEST_CASE("clients that are too slow are closed, and hold nobody up") {
  Options options;
  options.threads = 2;
  options.request = 300ms;
  Running server(options, echo);
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 20; ++i) slow.push_back(std::make_unique<Client>(server->port()));  // that never greet
  for (int i = 0; i < 20; ++i) {
    auto client = std::make_unique<Client>(server->port());
    REQUIRE(client->greet());
    client->say(i % 2 == 0 ? "GET / HT" : post(std::string(1000, 'x')).substr(0, 500));
    slow.push_back(std::move(client));
  }
  Client quick(server->port());
  REQUIRE(quick.greet());
  quick.say(post("x"));
  CHECK(status_of(quick.hear()) == "200");
  for (std::size_t i = 20; i < slow.size(); ++i) CHECK(slow[i]->hear().empty());
  for (int i = 0; server->counters().open > 1 && i < 500; ++i) std::this_thread::sleep_for(10ms);
  CHECK(server->counters().open <= 1);
  CHECK(server->counters().timed_out == 40);
}

TEST_CASE("a new certificate is shown to new connections, and a wrong one is not taken") {
  Running server({}, echo);
  Client before(server->port());
  REQUIRE(before.greet());
  CHECK(before.name() == "server");
  const auto files = server.authority().issue("renewed", "DNS:localhost");
  const auto others = server.authority().issue("other", "DNS:localhost");
  const std::string chain = testing::read(files.file), key = testing::read(files.key_file);
  REQUIRE(server->replace_certificate({chain, key}));
  Client after(server->port());
  REQUIRE(after.greet());
  CHECK(after.name() == "renewed");
  before.say(post("still"));
  CHECK(before.hear().ends_with("still"));
  for (const ServerCertificate& wrong :
       {ServerCertificate{chain, testing::read(others.key_file)}, ServerCertificate{"", key},
        ServerCertificate{chain, ""},
        ServerCertificate{chain + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key}}) {
    const Status refused = server->replace_certificate(wrong);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::usage);
  }
  Client still(server->port());
  REQUIRE(still.greet());
  CHECK(still.name() == "renewed");
}

TEST_CASE("a server that stops answers the requests that it has") {
  std::atomic<bool> begun{false};
  auto server = std::make_unique<Running>(Options{}, [&](const Request& request) {
    begun = true;
    std::this_thread::sleep_for(300ms);
    return echo(request);
  });
  Client client((*server)->port()), idle((*server)->port());
  REQUIRE(client.greet());
  REQUIRE(idle.greet());
  client.say(post("last"));
  while (!begun) std::this_thread::sleep_for(1ms);
  const std::uint16_t port = (*server)->port();
  server.reset();
  const std::string answer = client.hear();
  CHECK(answer.ends_with("last"));
  CHECK(client.is_ended());
  Client late(port);
  CHECK_FALSE(late.greet());
}

TEST_CASE("an address or port that cannot be had is said") {
  testing::Authority authority;
  const ServerCertificate good = certificate(authority);
  const auto first = Server::create({.address = "127.0.0.1"}, good, echo);
  REQUIRE(first);
  CHECK(Server::create({.address = "::1"}, good, echo));
  const auto taken = Server::create({.address = "127.0.0.1", .port = (*first)->port()}, good, echo);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code() == ErrorCode::unavailable);
  const auto none = Server::create({.address = "localhost:80"}, good, echo);
  REQUIRE_FALSE(none);
  CHECK(none.error().code() == ErrorCode::usage);
}

}  // namespace supply::http_server
