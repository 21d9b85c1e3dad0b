// A small HTTP/1.1 server on loopback that does what it is told, also what no server should. Tests only.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/testing/loopback_server.hpp"

namespace supply::testing {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method, target;  ///< path and query
  std::string host;            ///< the origin that it was sent to: "http://127.0.0.1:5000"
  Fields headers = {};
  std::string body = {};
  bool complete = true;  ///< false: the client went away in the middle of the body

  std::string header(std::string_view name) const;  ///< "" when absent
  std::string path() const { return target.substr(0, target.find('?')); }
  /// The decoded value of a query parameter, "" when absent.
  std::string query(std::string_view name) const;
  std::vector<std::string> queries(std::string_view name) const;
};

struct HttpReply {
  int status = 200;
  Fields headers = {};
  std::string body = {};
  std::optional<std::size_t> cut_after = {};       ///< the connection is closed after so many bytes of the body
  std::optional<std::size_t> claimed_length = {};  ///< Content-Length, instead of the body's
  bool no_length = false;                          ///< no Content-Length: the end of the connection is the end
  std::string raw = {};                            ///< sent instead of everything else, all at once
  std::string for_ever = {};                       ///< sent after `raw` until the client has gone, with the pauses
  std::size_t chunk = 0;                           ///< bytes between pauses; 0: all at once
  std::chrono::milliseconds pause{0};              ///< before the answer and between chunks
};

class HttpServer {
 public:
  using Handler = std::function<HttpReply(const HttpRequest&)>;
  /// The handler is called by one thread per connection, one call at a time when `serial`.
  explicit HttpServer(Handler handler, bool serial = true);

  int port() const { return server_.port(); }
  std::string authority() const { return "127.0.0.1:" + std::to_string(port()); }
  std::string url() const { return "http://" + authority(); }
  int connections() const { return server_.connections(); }
  /// What has been asked so far.
  std::vector<HttpRequest> requests() const;
  std::size_t count(std::string_view method, std::string_view in_target) const;
  void forget();

 private:
  void serve(int fd);

  Handler handler_;
  bool serial_;
  mutable std::mutex mutex_;
  std::mutex handling_;
  std::vector<HttpRequest> requests_;
  LoopbackServer server_;  // last: it calls serve() from its birth to its end
};

}  // namespace supply::testing
