// HTTP as the rooms above see it: one request, one answer, nothing done behind the caller's back. No redirect is
// followed, no credential found or remembered, nothing retried. Any thread may call a Client; an answer's body belongs
// to one.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/base/http/url.hpp"
#include "libsupply/base/io/stream.hpp"

namespace supply::http {

using TimePoint = std::chrono::steady_clock::time_point;

/// Header fields in their order; names are compared without case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// The first field of that name, without white space around it. The view is into this object.
  std::optional<std::string_view> find(std::string_view name) const;
  std::vector<std::string_view> find_all(std::string_view name) const;
  void erase(std::string_view name);
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// How near an address is: the internet, a private network, this machine or its link (where clouds keep credentials).
enum class AddressScope { public_address, private_address, local_address };

/// Proves who we are to one server. PEM files.
struct ClientCertificate {
  std::string certificate_file, key_file;
};

struct Request {
  std::string method = "GET";
  Url url;
  Headers headers = {};
  std::string body = {};         ///< sent as it is, unless `stream` is there
  io::Source* stream = nullptr;  ///< the body, of exactly `stream_bytes` bytes; Content-Length is always said
  std::uint64_t stream_bytes = 0;
  AddressScope scope = AddressScope::local_address;  ///< a nearer address than this is not connected to
  const ClientCertificate* certificate = nullptr;
  std::string_view ca_certificates = {};   ///< PEM; trusted for this request beside the client's own
  std::optional<TimePoint> deadline = {};  ///< for the answer, its body included
};

struct Response {
  int status = 0;
  Headers headers = {};
  /// Streams; it fails with unavailable when it was cut, and its end is the message's end. Dropping it early costs the
  /// connection. Never null. The client must outlive it.
  std::unique_ptr<io::Source> body = {};
  AddressScope scope =
      AddressScope::public_address;  ///< how near the other side was; behind a proxy, what its address says
};

class Client {
 public:
  virtual ~Client() = default;
  /// Returns when the header of the final answer is there, whatever its status. Errors: unavailable (worth another try:
  /// no connection, a cut, a time-out), unsupported (not worth one: a certificate that is not trusted, no HTTP spoken
  /// there, an address nearer than `scope`, --offline), unauthenticated (it wants a client's certificate), malformed,
  /// limit_exceeded (its header), usage, and what `stream` answers.
  virtual Result<Response> send(const Request& request) = 0;
};

/// Opens no connection: each request is an error that names the host it would have needed.
class OfflineClient : public Client {
 public:
  Result<Response> send(const Request& request) override;
};

/// The clock of an exchange. Tests have one of their own.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now();
  virtual void sleep(std::chrono::milliseconds duration);
};

}  // namespace supply::http
