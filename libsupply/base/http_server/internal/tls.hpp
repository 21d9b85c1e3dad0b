// TLS of the server's side, on sockets that do not block. For the .cpp files of this room.
#pragma once

#include <memory>
#include <string>

#include "libsupply/base/http_server/server.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace supply::http_server {

struct DeleteTls {
  void operator()(ssl_st* tls) const;
  void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::shared_ptr<ssl_ctx_st>;

/// TLS 1.2 and 1.3 with that certificate, HTTP/1.1. Errors: usage (no certificate or key; they do not belong together).
Result<TlsContext> tls_context(const ServerCertificate& certificate);

enum class Step { done, wants_read, wants_write, closed, failed };

/// One connection. One thread at a time.
class TlsStream {
 public:
  /// Owns `fd`.
  TlsStream(const TlsContext& context, int fd);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  int fd() const { return fd_; }
  bool is_established() const { return established_; }
  Step handshake();
  /// Appends what is there, at most `limit` bytes: done when some came.
  Step read(std::string& to, std::size_t limit);
  /// Sends from `at` on, and moves it: done when all is sent.
  Step write(std::string_view from, std::size_t& at);
  /// Says to the other side that nothing more comes.
  void say_end();

 private:
  Step step_of(int result);

  int fd_;
  bool established_ = false;
  std::unique_ptr<ssl_st, DeleteTls> tls_;
};

}  // namespace supply::http_server
