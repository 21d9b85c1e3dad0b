// An http::Client without a network: origins are functions. And a clock on which waiting takes no time. Tests only.
#pragma once

#include <map>
#include <mutex>

#include "libsupply/base/http/client.hpp"
#include "libsupply/testing/http_server.hpp"

namespace supply::testing {

class FakeClock : public http::Clock {
 public:
  http::TimePoint now() override {
    const std::scoped_lock lock(mutex_);
    return now_;
  }
  void sleep(std::chrono::milliseconds duration) override {
    {
      const std::scoped_lock lock(mutex_);
      now_ += duration;
      slept += duration;
      ++sleeps;
    }
    if (on_sleep) on_sleep();
  }
  std::chrono::milliseconds slept{0};
  int sleeps = 0;
  std::function<void()> on_sleep;

 private:
  std::mutex mutex_;
  http::TimePoint now_ = http::TimePoint(std::chrono::hours(1000));
};

/// Gives the first bytes of a body, then fails as a cut connection does.
class CutSource : public io::Source {
 public:
  CutSource(std::string bytes, bool cut) : bytes_(std::move(bytes)), cut_(cut) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min(into.size(), bytes_.size() - at_);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
    at_ += count;
    if (count == 0 && cut_) return Error(ErrorCode::unavailable, "the connection was cut");
    return count;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
  bool cut_;
};

class FakeClient : public http::Client {
 public:
  using Handler = std::function<HttpReply(const HttpRequest&)>;

  /// By origin: "https://registry.example". An origin that is not here cannot be reached.
  std::map<std::string, Handler> hosts;
  http::AddressScope scope = http::AddressScope::public_address;
  /// The next upload is cut after so many bytes of its body, which arrive.
  std::optional<std::size_t> cut_next_upload;
  std::vector<HttpRequest> requests;

  Result<http::Response> send(const http::Request& request) override {
    HttpRequest seen{
        request.method, request.url.target(), request.url.origin().to_string(), request.headers.fields(), {}, true};
    seen.body = request.body;
    std::unique_lock<std::mutex> lock(mutex_);
    if (request.stream != nullptr) {
      const bool cut = cut_next_upload && *cut_next_upload < request.stream_bytes;
      std::uint64_t left = cut ? *cut_next_upload : request.stream_bytes;
      char buffer[4096];
      while (left > 0) {
        auto count = request.stream->read(std::span(buffer).first(std::min<std::uint64_t>(left, sizeof buffer)));
        if (!count) return std::move(count).error();
        if (*count == 0) return Error(ErrorCode::mismatch, "the body ends early");
        seen.body.append(buffer, *count);
        left -= *count;
      }
      if (cut) {
        cut_next_upload.reset();
        seen.complete = false;
      }
    }
    requests.push_back(seen);
    const auto host = hosts.find(seen.host);
    if (host == hosts.end()) return Error(ErrorCode::unavailable, seen.host + ": no such host");
    const HttpReply reply = host->second(seen);
    if (!seen.complete || reply.raw == "cut")
      return Error(ErrorCode::unavailable, seen.host + ": the connection was cut");
    http::Response response{reply.status, {}, {}, scope};
    for (const auto& [name, value] : reply.headers) response.headers.add(name, value);
    if (!reply.no_length && !response.headers.find("Content-Length"))
      response.headers.add("Content-Length", std::to_string(reply.claimed_length.value_or(reply.body.size())));
    std::string body =
        request.method == "HEAD" ? std::string() : reply.body.substr(0, reply.cut_after.value_or(reply.body.size()));
    response.body = std::make_unique<CutSource>(std::move(body), reply.cut_after.has_value());
    return response;
  }

 private:
  std::mutex mutex_;
};

}  // namespace supply::testing
