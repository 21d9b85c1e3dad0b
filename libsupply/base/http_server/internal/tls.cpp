#include "libsupply/base/http_server/internal/tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <algorithm>

#include "libsupply/base/c_object/c_object.hpp"

namespace supply::http_server {
namespace {

using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free>>;
using CertificatePtr = std::unique_ptr<X509, Deleter<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

Error wrong(const std::string& what) {
  std::string reason;
  if (const unsigned long code = ERR_get_error(); code != 0)
    if (const char* text = ERR_reason_error_string(code); text != nullptr) reason = std::string(": ") + text;
  ERR_clear_error();
  return Error(ErrorCode::usage, what + reason);
}

BioPtr memory(std::string_view text) { return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

// No terminal is asked for a password.
int no_password(char*, int, int, void*) { return -1; }

int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned int in_size,
                    void*) {
  static constexpr unsigned char kHttp[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, kHttp, sizeof kHttp, in, in_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

void DeleteTls::operator()(ssl_st* tls) const { SSL_free(tls); }
void DeleteTls::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<TlsContext> tls_context(const ServerCertificate& certificate) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()), DeleteTls{});
  if (context == nullptr) return Error(ErrorCode::internal, "TLS: no context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  const BioPtr chain = memory(certificate.chain);
  const CertificatePtr leaf(chain == nullptr ? nullptr
                                             : PEM_read_bio_X509_AUX(chain.get(), nullptr, no_password, nullptr));
  if (leaf == nullptr) return wrong("no certificate in PEM");
  if (SSL_CTX_use_certificate(context.get(), leaf.get()) != 1) return wrong("certificate");
  while (true) {
    CertificatePtr next(PEM_read_bio_X509(chain.get(), nullptr, no_password, nullptr));
    if (next == nullptr) break;
    if (SSL_CTX_add0_chain_cert(context.get(), next.get()) != 1) return wrong("certificate chain");
    [[maybe_unused]] const X509* owned_by_context = next.release();
  }
  // That no more certificate begins is how the list ends; what begins and is none is wrong.
  if (const unsigned long code = ERR_peek_last_error(); ERR_GET_REASON(code) != PEM_R_NO_START_LINE)
    return wrong("certificate chain");
  ERR_clear_error();
  const BioPtr key_text = memory(certificate.key);
  const KeyPtr key(key_text == nullptr ? nullptr
                                       : PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_password, nullptr));
  if (key == nullptr) return wrong("no private key in PEM without a password");
  if (const KeyPtr other(PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_password, nullptr)); other != nullptr)
    return wrong("two private keys in PEM: want one");
  ERR_clear_error();
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 || SSL_CTX_check_private_key(context.get()) != 1)
    return wrong("the private key is not the certificate's");
  return context;
}

TlsStream::TlsStream(const TlsContext& context, int fd) : fd_(fd), tls_(SSL_new(context.get())) {
  if (tls_ != nullptr) SSL_set_fd(tls_.get(), fd);
}

TlsStream::~TlsStream() {
  tls_.reset();
  ::close(fd_);
}

Step TlsStream::step_of(int result) {
  const int error = SSL_get_error(tls_.get(), result);
  ERR_clear_error();
  switch (error) {
    case SSL_ERROR_WANT_READ: return Step::wants_read;
    case SSL_ERROR_WANT_WRITE: return Step::wants_write;
    case SSL_ERROR_ZERO_RETURN: return Step::closed;
    default: established_ = false; return Step::failed;  // nothing may be said on it any more
  }
}

Step TlsStream::handshake() {
  if (tls_ == nullptr) return Step::failed;
  ERR_clear_error();
  const int result = SSL_accept(tls_.get());
  if (result != 1) return step_of(result);
  established_ = true;
  return Step::done;
}

Step TlsStream::read(std::string& to, std::size_t limit) {
  const std::size_t before = to.size(), most = std::min<std::size_t>(limit, 16 * kKiB);
  to.resize(before + most);
  ERR_clear_error();
  const int result = SSL_read(tls_.get(), to.data() + before, static_cast<int>(most));
  to.resize(before + static_cast<std::size_t>(std::max(result, 0)));
  return result > 0 ? Step::done : step_of(result);
}

Step TlsStream::write(std::string_view from, std::size_t& at) {
  while (at < from.size()) {
    const std::size_t most = std::min<std::size_t>(from.size() - at, 64 * kKiB);
    ERR_clear_error();
    const int result = SSL_write(tls_.get(), from.data() + at, static_cast<int>(most));
    if (result <= 0) return step_of(result);
    at += static_cast<std::size_t>(result);
  }
  return Step::done;
}

void TlsStream::say_end() {
  if (established_) SSL_shutdown(tls_.get());
  ERR_clear_error();
}

}  // namespace supply::http_server
