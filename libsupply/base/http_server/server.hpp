// An HTTPS server for a few short answers: the only user of Boost.Beast, which reads requests and writes answers.
// Around it: TLS whose certificate can be replaced while it runs, and connections that cost a thread only while an
// answer is made, so that slow clients hold nobody up. A request has a Content-Length and no encoding; its head and
// body have limits, all bodies together too (base/limits/server_limits.hpp). Ranges are ignored (RFC 9110, section
// 14.2, lets a server do so).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "libsupply/base/limits/server_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::http_server {

using TimePoint = std::chrono::steady_clock::time_point;

struct Request {
  std::string method, path;                       ///< as they were sent: nothing is percent-decoded
  std::map<std::string, std::string> query = {};  ///< the first of each name; as it was sent
  std::string content_type = {};
  std::string_view body = {};  ///< of the connection: it lives as long as the call
  TimePoint arrived = {};      ///< when its first byte was seen
};

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8", body = {};
  int retry_after = 0;  ///< seconds; 0: not said
};

/// Called on any of the server's threads, several at the same time. Must not throw.
using Handler = std::function<Response(const Request&)>;

struct ServerCertificate {
  std::string chain, key;  ///< PEM
};

struct Options {
  std::string address = "0.0.0.0";  ///< an IPv4 or IPv6 address
  std::uint16_t port = 0;           ///< 0: any
  std::size_t threads = kMaxServerThreads;
  std::size_t connections = kMaxServerConnections, waiting = kMaxWaitingRequests;
  std::size_t body_bytes = kMaxRequestBodyBytes, bodies_bytes = kMaxBodiesBytes;
  std::chrono::milliseconds request{10'000};  ///< from a request's first byte, or the connection, to its last
  std::chrono::milliseconds answer{10'000};   ///< until an answer is taken
  std::chrono::milliseconds idle{90'000};     ///< between two requests of a connection
};

/// What happened since the start. Any thread may read.
struct Counters {
  std::atomic<std::uint64_t> connections{0};  ///< accepted
  std::atomic<std::uint64_t> open{0};         ///< of them, now
  std::atomic<std::uint64_t> refused{0};      ///< closed for want of room
  std::atomic<std::uint64_t> failed_handshakes{0};
  std::atomic<std::uint64_t> timed_out{0};  ///< clients that were too slow
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> overloaded{0};  ///< requests told to come back later
};

class Server {
 public:
  virtual ~Server() = default;
  /// Listens when it returns; the process ignores SIGPIPE from then on. Errors: usage (address, port, certificate or
  /// key are wrong), unavailable (the port).
  static Result<std::unique_ptr<Server>> create(const Options& options, const ServerCertificate& certificate,
                                                Handler handler);
  virtual std::uint16_t port() const = 0;
  /// New connections get the new certificate; with an error the old one stays. Any thread. Errors: usage.
  virtual Status replace_certificate(const ServerCertificate& certificate) = 0;
  /// Serves until stop(). Errors: internal.
  virtual Status run() = 0;
  /// No new connection is taken, those without a request end, and run() returns when every request has its answer, or
  /// after `longest`. Any thread, and several times.
  virtual void stop(std::chrono::milliseconds longest) = 0;
  virtual const Counters& counters() const = 0;
};

}  // namespace supply::http_server
