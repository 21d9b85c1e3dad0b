#include "libsupply/base/http/curl_client.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/testing/http_server.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace std::chrono_literals;
using http::Request;
using http::Url;
using testing::HttpReply;
using testing::HttpRequest;
using testing::HttpServer;

namespace {

std::unique_ptr<http::Client> client(http::CurlOptions options = {}) {
  auto made = http::curl_client(std::move(options));
  REQUIRE(made);
  return *std::move(made);
}

Request get(const HttpServer& server, const std::string& target = "/") {
  return {.url = *Url::parse(server.url() + target)};
}

std::string text_of(Result<http::Response>& response) {
  auto text = io::read_all(*response->body, 64 * kMiB);
  return text ? *text : "error: " + text.error().message();
}

class CountingSource : public io::Source {
 public:
  explicit CountingSource(std::uint64_t size) : left_(size) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min<std::uint64_t>(into.size(), left_);
    std::fill_n(into.begin(), count, 'x');
    left_ -= count;
    return count;
  }

 private:
  std::uint64_t left_;
};

}  // namespace

TEST_CASE("a request goes out as it was made, and nothing is added that could stall or leak") {
  HttpServer server([](const HttpRequest&) {
    return HttpReply{.status = 201, .headers = {{"X-A", " b "}}, .body = "yes"};
  });
  const auto http = client({.user_agent = "supply/test"});
  Request request = get(server, "/a/../b?x=%2F");
  request.method = "POST";
  request.headers.add("X-One", "1");
  request.body = std::string(2'000'000, 'y');
  auto response = http->send(request);
  REQUIRE(response);
  CHECK(response->status == 201);
  CHECK(response->headers.find("x-a") == "b");
  CHECK(response->scope == http::AddressScope::local_address);
  CHECK(text_of(response) == "yes");
  const HttpRequest seen = server.requests().at(0);
  CHECK(seen.method == "POST");
  CHECK(seen.target == "/a/../b?x=%2F");
  CHECK(seen.body == request.body);
  CHECK(seen.header("X-One") == "1");
  CHECK(seen.header("Content-Length") == "2000000");
  CHECK(seen.header("User-Agent") == "supply/test");
  for (const char* name : {"Expect", "Accept", "Content-Type", "Accept-Encoding", "Authorization", "Transfer-Encoding"})
    CHECK(seen.header(name).empty());
}

TEST_CASE("a body of no bytes still says its length") {
  HttpServer server([](const HttpRequest&) { return HttpReply{.status = 202}; });
  Request request = get(server);
  request.method = "POST";
  REQUIRE(client()->send(request));
  CHECK(server.requests().at(0).header("Content-Length") == "0");
}

TEST_CASE("every method goes out as itself") {
  HttpServer server([](const HttpRequest&) { return HttpReply{.body = "body"}; });
  const auto http = client();
  for (const char* method : {"GET", "HEAD", "PUT", "PATCH", "DELETE", "GET"}) {
    Request request = get(server);
    request.method = method;
    auto response = http->send(request);
    REQUIRE(response);
    CHECK(text_of(response) == (std::string_view(method) == "HEAD" ? "" : "body"));
    CHECK(server.requests().back().method == method);
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("a connection is used again, also after an error answer that nobody read") {
  HttpServer server([](const HttpRequest& request) {
    return HttpReply{.status = request.target == "/404" ? 404 : 200, .body = std::string(5'000, 'x')};
  });
  const auto http = client();
  for (int i = 0; i < 5; ++i) {
    REQUIRE(http->send(get(server, "/404")));
    auto response = http->send(get(server));
    REQUIRE(response);
    CHECK(text_of(response).size() == 5'000);
  }
  // One, unless this machine is so busy that the rest of an answer is not worth the wait.
  CHECK(server.connections() <= 3);
}

TEST_CASE("a kept connection that the server has closed is no error") {
  HttpServer server([](const HttpRequest&) { return HttpReply{.body = "x", .no_length = true}; });
  const auto http = client();
  for (int i = 0; i < 3; ++i) {
    Request request = get(server);
    request.method = "PUT";
    request.body = "again";
    auto response = http->send(request);
    REQUIRE(response);
    CHECK(text_of(response) == "x");
    std::this_thread::sleep_for(5ms);
  }
  CHECK(server.connections() == 3);
}

TEST_CASE("a large body is pulled as it is read, on several threads at once") {
  const std::string body(8 * kMiB, 'b');
  HttpServer server([&](const HttpRequest&) { return HttpReply{.body = body}; }, false);
  const auto http = client();
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 4; ++round) {
        auto response = http->send(get(server));
        if (response && text_of(response) == body) ++good;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 16);
  CHECK(server.connections() <= 4);
}

TEST_CASE("a slow reader is not taken for a stalled server") {
  HttpServer server([](const HttpRequest&) { return HttpReply{.body = std::string(4 * kMiB, 'b')}; });
  const auto http = client({.times = {.burst = {100ms, 1}}});
  auto response = http->send(get(server));
  REQUIRE(response);
  std::this_thread::sleep_for(300ms);
  CHECK(text_of(response).size() == 4 * kMiB);
}

TEST_CASE("a streamed body is sent with its length, and read no further") {
  HttpServer server([](const HttpRequest& request) { return HttpReply{.body = std::to_string(request.body.size())}; });
  CountingSource source(10'000'000);
  Request request = get(server);
  request.method = "PUT";
  request.stream = &source;
  request.stream_bytes = 6'000'000;
  const auto http = client();
  auto response = http->send(request);
  REQUIRE(response);
  CHECK(text_of(response) == "6000000");
  char rest = 0;
  CHECK(*source.read(std::span(&rest, 1)) == 1);
}

TEST_CASE("a streamed body that ends early is the source's fault, not the server's") {
  HttpServer server([](const HttpRequest&) { return HttpReply{}; });
  CountingSource source(100);
  Request request = get(server);
  request.method = "PUT";
  request.stream = &source;
  request.stream_bytes = 200;
  const auto http = client();
  const auto response = http->send(request);
  REQUIRE_FALSE(response);
  CHECK(response.error().code() == ErrorCode::mismatch);
}

TEST_CASE("an answer that is cut is never an end") {
  HttpServer server([](const HttpRequest& request) {
    if (request.target == "/short")
      return HttpReply{.body = "1234", .claimed_length = 10, .no_length = false, .chunk = 0};
    return HttpReply{.body = std::string(100'000, 'x'), .cut_after = 50'000};
  });
  const auto http = client({.times = {.burst = {200ms, 1}}});
  for (const char* target : {"/cut", "/short"}) {
    auto response = http->send(get(server, target));
    REQUIRE(response);
    const auto text = io::read_all(*response->body, kMiB);
    REQUIRE_FALSE(text);
    CHECK(text.error().code() == ErrorCode::unavailable);
  }
}

TEST_CASE("what cannot be reached is unavailable, and what speaks no HTTP is not worth another try") {
  int port = 0;
  {
    port = HttpServer([](const HttpRequest&) { return HttpReply{}; }).port();
  }
  auto closed = client()->send({.url = *Url::parse("http://127.0.0.1:" + std::to_string(port) + "/")});
  REQUIRE_FALSE(closed);
  CHECK(closed.error().code() == ErrorCode::unavailable);

  HttpServer server([](const HttpRequest&) { return HttpReply{.raw = "220 mail.example ESMTP\r\n"}; });
  const auto mail = client()->send(get(server));
  REQUIRE_FALSE(mail);
  CHECK(mail.error().code() == ErrorCode::unsupported);

  HttpServer mute([](const HttpRequest&) { return HttpReply{.pause = 2s}; });
  const auto stalled = client({.times = {.answer = 100ms}})->send(get(mute));
  REQUIRE_FALSE(stalled);
  CHECK(stalled.error().code() == ErrorCode::unavailable);
}

TEST_CASE("the deadline holds for the whole answer") {
  HttpServer server(
      [](const HttpRequest&) { return HttpReply{.body = std::string(1'000, 'x'), .chunk = 10, .pause = 20ms}; });
  Request request = get(server);
  request.deadline = std::chrono::steady_clock::now() + 150ms;
  const auto http = client();
  auto response = http->send(request);
  REQUIRE(response);
  const auto text = io::read_all(*response->body, kMiB);
  REQUIRE_FALSE(text);
  CHECK(text.error().code() == ErrorCode::unavailable);
  CHECK(text.error().message().find("deadline") != std::string::npos);
}

TEST_CASE("a header that is too large or not HTTP's is refused") {
  HttpServer server([](const HttpRequest& request) {
    if (request.target == "/control") return HttpReply{.headers = {{"X", "a\x01"}}};
    HttpReply reply;
    for (int i = 0; i < 300; ++i) reply.headers.emplace_back("X-" + std::to_string(i), std::string(1'000, 'x'));
    return reply;
  });
  HttpServer full([](const HttpRequest&) { return HttpReply{.headers = {{"X", std::string(90'000, 'x')}}}; });
  CHECK(client()->send(get(full)));
  CHECK(300 * 1'000 > kMaxHttpHeaderBytes);
  const auto large = client()->send(get(server));
  REQUIRE_FALSE(large);
  CHECK(large.error().code() == ErrorCode::limit_exceeded);
  const auto control = client()->send(get(server, "/control"));
  REQUIRE_FALSE(control);
  CHECK(control.error().code() == ErrorCode::unsupported);
}

TEST_CASE("a header field that would make two is not sent") {
  HttpServer server([](const HttpRequest&) { return HttpReply{}; });
  Request request = get(server);
  request.headers.add("Authorization", "Bearer a\r\nHost: evil.example");
  const auto http = client();
  const auto response = http->send(request);
  REQUIRE_FALSE(response);
  CHECK(response.error().code() == ErrorCode::malformed);
  CHECK(response.error().message().find("evil") == std::string::npos);
  CHECK(server.connections() == 0);
}

TEST_CASE("a redirect is an answer like any other") {
  HttpServer server([](const HttpRequest&) { return HttpReply{.status = 307, .headers = {{"Location", "/b"}}}; });
  const auto http = client();
  const auto response = http->send(get(server, "/a"));
  REQUIRE(response);
  CHECK(response->status == 307);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("an address nearer than allowed is not connected to, by number or by name") {
  HttpServer server([](const HttpRequest&) { return HttpReply{}; });
  for (const std::string& host : {server.authority(), "localhost:" + std::to_string(server.port())}) {
    const auto http = client();
    const auto response =
        http->send({.url = *Url::parse("http://" + host), .scope = http::AddressScope::private_address});
    REQUIRE_FALSE(response);
    CHECK(response.error().code() == ErrorCode::unsupported);
    CHECK(response.error().message().find("nearer") != std::string::npos);
  }
  CHECK(server.connections() == 0);
  // Nor is a connection used that was opened for somebody who was allowed to.
  const auto http = client();
  REQUIRE(http->send({.url = *Url::parse("http://localhost:" + std::to_string(server.port()))}));
  CHECK_FALSE(http->send({.url = *Url::parse("http://localhost:" + std::to_string(server.port())),
                          .scope = http::AddressScope::public_address}));
}

TEST_CASE("a proxy is asked when the environment that was given names one") {
  HttpServer proxy([](const HttpRequest& request) { return HttpReply{.body = request.target}; });
  const auto http = client({.environment = {{"http_proxy", proxy.url()}}});
  auto response = http->send({.url = *Url::parse("http://registry.example/v2/")});
  REQUIRE(response);
  CHECK(text_of(response) == "http://registry.example/v2/");
}

TEST_CASE("a CA file that is none is a wrong option") {
  const testing::TempDirectory directory;
  CHECK(http::curl_client({.ca_file = (directory / "none").string()}).error().code() == ErrorCode::usage);
  testing::write(directory / "bad.pem", "hello");
  CHECK(http::curl_client({.ca_file = (directory / "bad.pem").string()}).error().code() == ErrorCode::usage);
}

TEST_CASE("offline, no connection is opened") {
  http::OfflineClient offline;
  const auto response = offline.send({.url = *Url::parse("https://registry.example/v2/?token=1")});
  REQUIRE_FALSE(response);
  CHECK(response.error().message() == "offline: would need https://registry.example");
}
