// One exchange on one connection of the pool, driven by the thread that waits for it.
#pragma once

#include <curl/curl.h>

#include <mutex>

#include "libsupply/base/c_object/c_object.hpp"
#include "libsupply/base/http/curl_client.hpp"

namespace supply::http {

using HeaderList = std::unique_ptr<curl_slist, Deleter<curl_slist_free_all>>;

/// A handle with the connections that it has kept. One thread at a time.
struct Connection {
  std::unique_ptr<CURLM, Deleter<curl_multi_cleanup>> multi;
  std::unique_ptr<CURL, Deleter<curl_easy_cleanup>> easy;
  std::optional<Origin> last;          ///< where its connection leads
  bool certificate_requested = false;  ///< by that server, in a handshake: a resumed session asks no more
};

/// The connections that are not in use. Any thread.
class Pool {
 public:
  /// One that has a connection to `origin`, or another, or a new one; null when curl gives none.
  std::unique_ptr<Connection> take(const Origin& origin);
  void give_back(std::unique_ptr<Connection> connection);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

class Transfer final : public io::Source {
 public:
  /// `ca_certificates`: what is in the options' CA file. `run`: of the client, which outlives this.
  Transfer(std::shared_ptr<Pool> pool, std::unique_ptr<Connection> connection, const CurlOptions& options,
           const std::string& ca_certificates, RunCredit& run);
  /// Gives the connection back to the pool; it is closed where something of the answer has not been read by then.
  ~Transfer() override;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Sends the request and waits for the answer's header. Answer: everything but the body.
  Result<Response> exchange(const Request& request);
  Result<std::size_t> read(std::span<char> into) override;

 private:
  Status set_up(const Request& request);
  void set_up_body(const Request& request);
  /// Does what can be done now; then, unless something came of it, waits for the connection.
  Status drive();
  Status perform();
  /// Charges what was waited since the last call. Errors: unavailable (the other side is too slow, or the deadline has
  /// passed).
  Status account();
  std::uint64_t arrived() const;
  Status check_answer_time(TimePoint now);
  Error too_slow(const std::string& why);
  Error failure(CURLcode code);
  std::size_t take_header(std::string_view line);
  std::size_t take_body(std::string_view bytes);
  std::size_t give_body(std::span<char> into);
  void stop();

  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_upload(char* bytes, std::size_t size, std::size_t count, void* self);
  static int on_trace(CURL* easy, curl_infotype kind, char* bytes, std::size_t size, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  std::shared_ptr<Pool> pool_;
  std::unique_ptr<Connection> connection_;
  const CurlOptions& options_;
  const std::string& ca_certificates_;
  RunCredit& run_;
  Credit burst_{options_.times.burst}, steady_{options_.times.steady};
  TimePoint began_{}, accounted_{};
  std::optional<TimePoint> sent_at_;               ///< when all of the request was on its way
  std::uint64_t received_ = 0, moved_before_ = 0;  ///< bytes of the answer's body; of both, at the last account
  std::uint64_t came_ = 0;                         ///< of the body as it was sent, with its chunks' headers
  const Request* request_ = nullptr;               ///< only until the header is there
  HeaderList sent_headers_;
  std::string url_, method_, proxy_;
  std::string shown_;    ///< the address for messages
  std::string message_;  ///< curl's
  std::optional<TimePoint> deadline_;
  bool running_ = false, header_done_ = false, paused_ = false, moved_ = false, too_near_ = false;
  const char* not_http_ = nullptr;  ///< what in the answer is not HTTP's
  std::uint64_t uploaded_ = 0, upload_size_ = 0;
  std::size_t header_bytes_ = 0;
  Headers headers_;
  AddressScope peer_scope_ = AddressScope::public_address, allowed_ = AddressScope::local_address;
  std::optional<Error> error_;
  std::span<char> target_;  ///< where the reader wants the body
  std::size_t filled_ = 0;
  std::string rest_;  ///< what came beyond that
  std::size_t rest_at_ = 0;
};

}  // namespace supply::http
