// Servers that never come to an end, each in its own way: every exchange ends by itself, soon, and as "could not find
// out". The times are a hundredth of the real ones.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "libsupply/base/http/curl_client.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/testing/http_server.hpp"

using namespace supply;
using namespace std::chrono_literals;
using http::Request;
using http::Url;
using testing::HttpReply;
using testing::HttpRequest;
using testing::HttpServer;

namespace {

const http::Times kShort{.connect = 300ms,
                         .answer = 450ms,
                         .write_answer = 600ms,
                         .burst = {300ms, 1'000},
                         .steady = {3s, 4'000},
                         .run = {18s, 16'000}};

struct Outcome {
  std::optional<Error> error;  ///< of the header or the body
  bool had_header = false;
  std::chrono::steady_clock::duration took{};
};

Outcome run(const Request& request, http::Times times = kShort, http::Environment environment = {}) {
  const auto made = http::curl_client({.environment = std::move(environment), .times = times});
  REQUIRE(made);
  const auto start = std::chrono::steady_clock::now();
  Outcome outcome;
  auto response = (*made)->send(request);
  if (!response) {
    outcome.error = response.error();
  } else {
    outcome.had_header = true;
    const auto text = io::read_all(*response->body, 64 * kMiB);
    if (!text) outcome.error = text.error();
  }
  outcome.took = std::chrono::steady_clock::now() - start;
  return outcome;
}

Outcome ask(HttpReply reply, http::Times times = kShort) {
  HttpServer server([&](const HttpRequest&) { return reply; });
  return run({.url = *Url::parse(server.url())}, times);
}

class Zeros : public io::Source {
 public:
  explicit Zeros(std::chrono::milliseconds pause = 0ms) : pause_(pause) {}
  Result<std::size_t> read(std::span<char> into) override {
    std::this_thread::sleep_for(pause_);
    const std::size_t count = pause_ > 0ms ? std::min<std::size_t>(into.size(), 64) : into.size();
    std::fill_n(into.begin(), count, '0');
    return count;
  }

 private:
  std::chrono::milliseconds pause_;
};

// Accepts connections and reads `bytes` of each every `pause`; never says anything.
class Deaf {
 public:
  explicit Deaf(std::size_t bytes, std::chrono::milliseconds pause) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int small = 4'096;  // so that the kernel does not take everything for us
    ::setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listener_, 8) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, bytes, pause] {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      std::string buffer(bytes + 1, '\0');
      while (!stopping_) {
        if (bytes > 0 && ::recv(fd, buffer.data(), bytes, MSG_DONTWAIT) == 0) break;
        std::this_thread::sleep_for(pause);
      }
      ::close(fd);
    });
  }
  ~Deaf() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_ = -1, port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

void check_slow(const Outcome& outcome, const std::string& says) {
  REQUIRE(outcome.error);
  CAPTURE(outcome.error->message());
  CHECK(outcome.error->code() == ErrorCode::unavailable);
  CHECK(outcome.error->message().find("too slow: ") != std::string::npos);
  CHECK(outcome.error->message().find(says) != std::string::npos);
  CHECK(outcome.took < 2s);
}

}  // namespace

TEST_CASE("a header that never ends, however it is filled, is too slow at a fixed time after the request") {
  const std::string status = "HTTP/1.1 200 OK\r\n";
  for (const HttpReply& reply :
       {HttpReply{.raw = status, .for_ever = "X: y\r\n", .pause = 20ms},
        HttpReply{.raw = status + "X: ", .for_ever = "y", .pause = 20ms},
        HttpReply{.raw = "H", .for_ever = "\r\n", .pause = 600ms},
        HttpReply{.raw = "HTTP/1.1 100 Continue\r\n\r\n", .for_ever = "HTTP/1.1 100 Continue\r\n\r\n", .pause = 20ms},
        HttpReply{.raw = "HTTP/1.1 103 Early Hints\r\n\r\n",
        .for_ever = "HTTP/1.1 103 x\r\nLink: <a>\r\n\r\n",
        .pause = 20ms}})
    check_slow(ask(reply), "no whole header within 450 ms");
}

TEST_CASE("a body that comes a byte now and then is too slow, in every form of transfer") {
  const std::string ok = "HTTP/1.1 200 OK\r\n", chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  for (const HttpReply& reply :
       {HttpReply{.raw = ok + "Content-Length: 100000\r\n\r\n", .for_ever = " ", .pause = 20ms},
        HttpReply{.raw = ok + "\r\n", .for_ever = " ", .pause = 20ms},
        HttpReply{.raw = chunked, .for_ever = "1\r\n \r\n", .pause = 20ms},
        HttpReply{.raw = chunked + "1;x=", .for_ever = std::string(2'000, 'y'), .pause = 1ms},
        HttpReply{.raw = chunked + "5\r\nhello\r\n0\r\n", .for_ever = "X: y\r\n", .pause = 20ms},
        HttpReply{.raw = ok + "Content-Length: 9\r\n\r\nhello", .for_ever = "!", .pause = 200ms}}) {
    const Outcome outcome = ask(reply);
    CAPTURE(reply.raw, outcome.error ? outcome.error->message() : "");
    CHECK(outcome.had_header);
    check_slow(outcome, "bytes of the answer have come; it must be 1000 bytes a second, with pauses of 300 ms at most");
  }
}

TEST_CASE("bursts between silences do not help, nor does a rate that is just under the one for the long run") {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n";
  check_slow(ask({.raw = head, .for_ever = std::string(200, 'x'), .pause = 250ms}), "must be 1000 bytes a second");
  http::Times times = kShort;
  times.steady = {800ms, 4'000};
  check_slow(ask({.raw = head, .for_ever = std::string(100, 'x'), .pause = 50ms}, times),
             "must be 4000 bytes a second");
}

TEST_CASE("a slow link that is honest is not cut off") {
  // 20 KB at 40 KB/s, the answer after a pause shorter than what is allowed.
  const Outcome outcome = ask({.body = std::string(20'000, 'x'), .chunk = 2'000, .pause = 50ms});
  CHECK_FALSE(outcome.error);
}

TEST_CASE("the time of a run is for all its requests together, and each byte buys some more") {
  HttpServer server([](const HttpRequest&) { return HttpReply{.body = "x", .pause = 100ms}; });
  http::Times times = kShort;
  times.run = {450ms, 1'000'000};
  const auto http = http::curl_client({.times = times});
  std::optional<Error> error;
  int answered = 0;
  for (; answered < 20 && !error; ++answered) {
    auto response = (*http)->send({.url = *Url::parse(server.url())});
    if (!response) error = response.error();
  }
  REQUIRE(error);
  CHECK(error->code() == ErrorCode::unavailable);
  CHECK(error->message().find("--deadline") != std::string::npos);
  CHECK(answered < 20);
  const auto patient = http::curl_client({.times = times, .bounds_run = false});
  for (int i = 0; i < 6; ++i) CHECK((*patient)->send({.url = *Url::parse(server.url())}));
}

TEST_CASE("a server that takes a request's body slowly, or answers nothing to it, is not waited for") {
  Deaf slow(10, 20ms), mute(1'000'000, 1ms);
  Zeros body;
  Request request{.method = "PUT", .url = *Url::parse("http://" + slow.authority())};
  request.stream = &body;
  request.stream_bytes = 64 * kMiB;
  check_slow(run(request), "the server has taken");
  // Nor is what lies in the kernel taken by anybody.
  Deaf none(0, 10ms);
  request.url = *Url::parse("http://" + none.authority());
  request.stream_bytes = 300'000;
  check_slow(run(request), "the server has taken");
  request.url = *Url::parse("http://" + mute.authority());
  request.stream_bytes = 10'000;
  check_slow(run(request), "no whole header within 600 ms");
}

TEST_CASE("a body that is slow to read is not the server's fault") {
  HttpServer server([](const HttpRequest& request) { return HttpReply{.body = std::to_string(request.body.size())}; });
  Zeros body(20ms);
  Request request{.method = "PUT", .url = *Url::parse(server.url())};
  request.stream = &body;
  request.stream_bytes = 64 * 40;  // takes 800 ms
  http::Times times = kShort;
  times.burst = {300ms, 10'000};
  CHECK_FALSE(run(request, times).error);
}

TEST_CASE("a connection, a handshake and a proxy that say nothing are given up") {
  Deaf deaf(0, 10ms), deaf_too(0, 10ms);
  for (const Outcome& outcome : {run({.url = *Url::parse("https://" + deaf.authority())}),
                                 run({.url = *Url::parse("https://registry.example")}, kShort,
                                     {{"https_proxy", "http://" + deaf_too.authority()}})}) {
    REQUIRE(outcome.error);
    CHECK(outcome.error->code() == ErrorCode::unavailable);
    CHECK(outcome.took < 2s);
  }
}

TEST_CASE("a flood in a header or a trailer is a limit's, never a fault of Supply") {
  const std::string ok = "HTTP/1.1 200 OK\r\n", chunked = ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n";
  for (const HttpReply& reply : {HttpReply{.raw = ok + "X: " + std::string(kMiB, 'y') + "\r\n\r\n"},
                                 HttpReply{.raw = ok, .for_ever = "X: " + std::string(90'000, 'y') + "\r\n"},
                                 HttpReply{.raw = ok + std::string(kMiB, 'y')},
                                 HttpReply{.raw = "HTTP/1.1 100 " + std::string(kMiB, 'y') + "\r\n\r\n"},
                                 HttpReply{.raw = "HTTP/1.1 100 x\r\n\r\n", .for_ever = "HTTP/1.1 100 x\r\n\r\n"},
                                 HttpReply{.raw = chunked + "X: " + std::string(kMiB, 'y') + "\r\n\r\n"},
                                 HttpReply{.raw = chunked, .for_ever = "X: " + std::string(90'000, 'y') + "\r\n"}}) {
    const Outcome outcome = ask(reply);
    CAPTURE(reply.raw.substr(0, 60));
    REQUIRE(outcome.error);
    // curl ends a long trailer itself.
    const bool trailer = reply.raw.find("chunked") != std::string::npos;
    CHECK(outcome.error->code() == (trailer ? ErrorCode::unavailable : ErrorCode::limit_exceeded));
    CHECK(outcome.took < 2s);
  }
}

TEST_CASE("a flood in the headers of chunks is a limit's, and chunks of one byte are not one") {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const HttpReply& reply : {HttpReply{.raw = chunked + "2;", .for_ever = std::string(10'000, 'a')},
                                 HttpReply{.raw = chunked, .for_ever = "1;" + std::string(1'000, 'a') + "\r\nx\r\n"}}) {
    const Outcome outcome = ask(reply);
    REQUIRE(outcome.error);
    CHECK(outcome.error->code() == ErrorCode::limit_exceeded);
    CHECK(outcome.took < 2s);
  }
  // 5 bytes of its own are below kMaxChunkHeaderBytesPerByte, also where there are more than kMaxChunkHeaderBytes.
  std::string ones = chunked;
  for (std::size_t i = 0; i < kMiB; ++i) ones += "1;x\r\ny\r\n";
  CHECK(!ask({.raw = ones + "0\r\n\r\n"}).error);
}

TEST_CASE("an answer that is not HTTP's is not worth another try, and ends at once") {
  for (const char* raw : {"HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 000 x\r\n\r\n",
                          "HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 1000 x\r\nContent-Length: 0\r\n\r\n",
                          "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\nxxx", "HTTP/1.1 200 OK\r\nX: a\x01b\r\n\r\n",
                          "HTTP/1.1 200 OK\r\nX: a\r\n b: c\r\nContent-Length: 0\r\n\r\n",
                          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "<html>hello</html>",
                          "\r\n\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    const Outcome outcome = ask({.raw = raw});
    CAPTURE(raw);
    REQUIRE(outcome.error);
    CAPTURE(outcome.error->message());
    CHECK((outcome.error->code() == ErrorCode::unsupported || outcome.error->code() == ErrorCode::unavailable));
    CHECK(outcome.took < 2s);
  }
}

TEST_CASE("a header with a NUL is not HTTP's") {
  const Outcome outcome = ask({.raw = std::string("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n", 45)});
  REQUIRE(outcome.error);
  CHECK(outcome.error->code() == ErrorCode::unsupported);
}

TEST_CASE("a compressed body stays as it is") {
  const std::string bomb = "\x1f\x8b\x08";
  HttpServer server([&](const HttpRequest&) {
    return HttpReply{.headers = {{"Content-Encoding", "gzip"}}, .body = bomb};
  });
  const auto http = http::curl_client({});
  auto response = (*http)->send({.url = *Url::parse(server.url())});
  REQUIRE(response);
  CHECK(*io::read_all(*response->body, kMiB) == bomb);
}
