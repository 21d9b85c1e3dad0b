#include "libsupply/base/http/internal/transfer.hpp"

#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "libsupply/base/http/address.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::http {
namespace {

constexpr std::size_t kIdleConnections = 16;
constexpr std::size_t kBufferedBytes = 128 * kKiB;  // beyond it the connection waits
constexpr long kBufferBytes = 128 * kKiB;
constexpr std::size_t kDrainedBytes = 64 * kKiB;

// OpenSSL writes to sockets without MSG_NOSIGNAL. The signal is kept from this thread and taken back.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
  }
  ~NoSigpipe() {
    if (sigismember(&old_, SIGPIPE) == 1) return;
    const timespec none{};
    while (sigtimedwait(&pipe_, nullptr, &none) == SIGPIPE) {
    }
    pthread_sigmask(SIG_SETMASK, &old_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_{}, old_{};
};

bool is_field_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= ' ' && c != '\x7f') || c == '\t'; });
}

// Of a message that TLS received: a handshake's type, its length in three bytes. Source: RFC 8446, section 4.
bool is_certificate_request(std::string_view message) {
  constexpr char kCertificateRequest = 13;
  const auto at = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(message[i])); };
  return message.size() >= 4 && message[0] == kCertificateRequest &&
         (at(1) << 16 | at(2) << 8 | at(3)) == message.size() - 4;
}

bool has_status_of_http(long status) { return status >= 100 && status <= 599 && status != 101; }

}  // namespace

std::unique_ptr<Connection> Pool::take(const Origin& origin) {
  {
    const std::scoped_lock lock(mutex_);
    // The one that was used last is the least likely to have been closed by the server.
    auto found =
        std::find_if(idle_.rbegin(), idle_.rend(), [&](const auto& connection) { return connection->last == origin; });
    if (found == idle_.rend() && idle_.size() >= kIdleConnections / 2) --found;
    if (found != idle_.rend()) {
      std::unique_ptr<Connection> connection = std::move(*found);
      idle_.erase(std::next(found).base());
      return connection;
    }
  }
  auto connection = std::make_unique<Connection>();
  connection->multi.reset(curl_multi_init());
  connection->easy.reset(curl_easy_init());
  return connection->multi && connection->easy ? std::move(connection) : nullptr;
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  if (idle_.size() < kIdleConnections) idle_.push_back(std::move(connection));
}

Transfer::Transfer(std::shared_ptr<Pool> pool, std::unique_ptr<Connection> connection, const CurlOptions& options,
                   const std::string& ca_certificates, RunCredit& run)
    : pool_(std::move(pool)),
      connection_(std::move(connection)),
      options_(options),
      ca_certificates_(ca_certificates),
      run_(run) {
  message_.resize(CURL_ERROR_SIZE);
}

Transfer::~Transfer() {
  // The rest of a short answer is worth less than its connection.
  char sink[16 * kKiB];
  std::size_t drained = 0;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
  if (header_done_ && (!deadline_ || *deadline_ > give_up)) deadline_ = give_up;
  while (header_done_ && running_ && !error_ && drained < kDrainedBytes) {
    const auto count = Transfer::read(sink);
    if (!count || *count == 0) break;
    drained += *count;
  }
  stop();
  // What failed is not to fail the next exchange too: its connection ends here.
  if (pool_ && connection_ && !error_) pool_->give_back(std::move(connection_));
}

void Transfer::stop() {
  if (!running_) return;
  const NoSigpipe guard;
  curl_multi_remove_handle(connection_->multi.get(), connection_->easy.get());
  curl_easy_setopt(connection_->easy.get(), CURLOPT_ERRORBUFFER, nullptr);
  running_ = false;
}

Status Transfer::set_up(const Request& request) {
  CURL* easy = connection_->easy.get();
  curl_easy_reset(easy);
  url_ = request.url.to_string();
  shown_ = request.url.shown();
  method_ = request.method;
  deadline_ = request.deadline;
  proxy_ = options_.unix_socket.empty() ? proxy_for(request.url.origin(), options_.environment) : "";
  allowed_ = request.scope;
  // Behind a proxy only the name can be judged; the address that is connected to is the proxy's.
  if (const auto literal = scope_of(request.url.origin().host)) peer_scope_ = *literal;
  if (peer_scope_ > allowed_)
    return Error(ErrorCode::unsupported, shown_ + ": its address is nearer than that of the server that named it");

  for (const auto& [name, value] : request.headers.fields()) {
    if (!is_field_text(value) || !is_field_text(name) || name.empty() || name.find(':') != std::string::npos)
      return Error(ErrorCode::malformed, "header field " + quote(name) + " holds a control character");
    std::string line = name;
    line.append(": ").append(value);
    curl_slist* longer = curl_slist_append(sent_headers_.get(), line.c_str());
    if (longer == nullptr) return Error(ErrorCode::internal, "no memory for a header");
    (void)sent_headers_.release();
    sent_headers_.reset(longer);
  }
  // Waiting for "100 Continue" stalls some registries, and curl's own Accept is no help.
  std::vector<const char*> removed{"Expect:"};
  if (!request.headers.find("Accept")) removed.push_back("Accept:");
  if (!request.headers.find("Content-Type")) removed.push_back("Content-Type:");
  for (const char* field : removed) {
    curl_slist* longer = curl_slist_append(sent_headers_.get(), field);
    if (longer == nullptr) return Error(ErrorCode::internal, "no memory for a header");
    (void)sent_headers_.release();
    sent_headers_.reset(longer);
  }

  curl_easy_setopt(easy, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, request.url.origin().scheme.c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, sent_headers_.get());
  curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, proxy_.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
  if (!options_.unix_socket.empty()) curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, options_.unix_socket.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.times.connect.count()));
  curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, 0L);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kBufferBytes);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 2 * kBufferBytes);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, message_.data());
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca_certificates_.empty() || !request.ca_certificates.empty()) {
    std::string all = ca_certificates_;
    all.append("\n").append(request.ca_certificates);
    curl_blob blob{all.data(), all.size(), CURL_BLOB_COPY};
    curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
  }
  if (request.certificate != nullptr) {
    curl_easy_setopt(easy, CURLOPT_SSLCERT, request.certificate->certificate_file.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLKEY, request.certificate->key_file.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  // Only a trace has the bytes of a body before its chunks are taken apart.
  curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, &Transfer::on_trace);
  curl_easy_setopt(easy, CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  set_up_body(request);
  if (curl_multi_add_handle(connection_->multi.get(), easy) != CURLM_OK)
    return Error(ErrorCode::internal, "curl takes no request");
  running_ = true;
  return {};
}

void Transfer::set_up_body(const Request& request) {
  CURL* easy = connection_->easy.get();
  upload_size_ = request.stream != nullptr ? request.stream_bytes : request.body.size();
  if (method_ == "PUT" || method_ == "POST" || method_ == "PATCH" || upload_size_ > 0) {
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(upload_size_));
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Transfer::on_upload);
    curl_easy_setopt(easy, CURLOPT_READDATA, this);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, this);
  } else if (method_ == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  }
  if (method_ != "HEAD") curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method_.c_str());
}

Result<Response> Transfer::exchange(const Request& request) {
  request_ = &request;
  began_ = std::chrono::steady_clock::now();
  SUPPLY_TRY(set_up(request));
  if (connection_->last != request.url.origin()) connection_->certificate_requested = false;
  connection_->last = request.url.origin();
  while (!header_done_ && running_ && !error_) {
    if (auto driven = drive(); !driven) error_ = driven.error();
  }
  request_ = nullptr;
  // A cut behind the header is the body's reader to find.
  if (error_ && !header_done_) return *error_;
  if (!header_done_) return Error(ErrorCode::unavailable, shown_ + ": no answer");
  Response response;
  long status = 0;
  curl_easy_getinfo(connection_->easy.get(), CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  response.headers = std::move(headers_);
  char* peer = nullptr;
  if (proxy_.empty() && curl_easy_getinfo(connection_->easy.get(), CURLINFO_PRIMARY_IP, &peer) == CURLE_OK &&
      peer != nullptr)
    peer_scope_ = scope_of(std::string_view(peer)).value_or(peer_scope_);
  // A connection of the pool may have been opened for a request that was allowed to come nearer.
  if (peer_scope_ > allowed_)
    return Error(ErrorCode::unsupported, shown_ + ": its address is nearer than that of the server that named it");
  response.scope = peer_scope_;
  return response;
}

Result<std::size_t> Transfer::read(std::span<char> into) {
  for (;;) {
    if (rest_at_ < rest_.size()) {
      const std::size_t count = std::min(into.size(), rest_.size() - rest_at_);
      std::memcpy(into.data(), rest_.data() + rest_at_, count);
      rest_at_ += count;
      if (rest_at_ == rest_.size()) {
        rest_.clear();
        rest_at_ = 0;
      }
      return count;
    }
    if (error_) return *error_;
    if (!running_) return std::size_t{0};
    target_ = into;
    filled_ = 0;
    if (auto driven = drive(); !driven) error_ = driven.error();
    target_ = {};
    if (filled_ > 0) return filled_;
  }
}

Status Transfer::perform() {
  const NoSigpipe guard;
  if (paused_) {
    paused_ = false;
    curl_easy_pause(connection_->easy.get(), CURLPAUSE_CONT);  // hands over what curl held back
    if (moved_) return {};
  }
  int active = 0;
  if (curl_multi_perform(connection_->multi.get(), &active) != CURLM_OK)
    return Error(ErrorCode::internal, "curl failed");
  int left = 0;
  while (const CURLMsg* done = curl_multi_info_read(connection_->multi.get(), &left)) {
    if (done->msg != CURLMSG_DONE) continue;
    const CURLcode code = done->data.result;
    stop();
    if (code != CURLE_OK && !error_) return failure(code);
  }
  return {};
}

Status Transfer::drive() {
  const auto now = [] { return std::chrono::steady_clock::now(); };
  // What the reader does in between is not the other side's time.
  accounted_ = now();
  run_.begin_wait(accounted_);
  struct End {
    RunCredit& run;
    ~End() { run.end_wait(std::chrono::steady_clock::now()); }
  } const end{run_};
  moved_ = false;
  for (;;) {
    const bool had_header = header_done_;
    SUPPLY_TRY(perform());
    Status in_time = account();
    if (!running_) return {};
    if (!in_time) {
      stop();
      return in_time;
    }
    if (moved_ || header_done_ != had_header) return {};
    // Not longer than a second: what is left is small near the end, and curl has times of its own.
    TimePoint::duration left = std::min<TimePoint::duration>(std::chrono::seconds(1), burst_.left());
    if (deadline_) left = std::min(left, *deadline_ - now());
    if (!header_done_) left = std::min<TimePoint::duration>(left, options_.times.answer / 4);
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
    if (curl_multi_poll(connection_->multi.get(), nullptr, 0,
                        static_cast<int>(std::max<std::int64_t>(milliseconds + 1, 1)), nullptr) != CURLM_OK)
      return Error(ErrorCode::internal, "curl failed to wait");
  }
}

Error Transfer::failure(CURLcode code) {
  std::string why(message_.c_str());
  if (why.empty()) why = curl_easy_strerror(code);
  const auto error = [&](ErrorCode kind, const std::string& remedy = {}) {
    return Error(kind, shown_ + ": " + why + remedy);
  };
  if (header_bytes_ > kMaxHttpHeaderBytes)
    return Error(ErrorCode::limit_exceeded,
                 shown_ + ": the answer's header is larger than " + std::to_string(kMaxHttpHeaderBytes) + " bytes");
  if (not_http_ != nullptr) return Error(ErrorCode::unsupported, shown_ + ": the answer is not HTTP's: " + not_http_);
  if (too_near_)
    return Error(ErrorCode::unsupported, shown_ + ": its address is nearer than that of the server that named it");
  // The server's alert, which with TLS 1.3 comes after the handshake. Source: RFC 8446, section 6.2.
  for (const char* alert : {"certificate required", "alert bad certificate", "alert unknown ca", "unknown certificate"})
    if (why.find(alert) != std::string::npos && code != CURLE_PEER_FAILED_VERIFICATION)
      return error(ErrorCode::unauthenticated, " (the server wants another client certificate: --client-cert)");
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR: return error(ErrorCode::unsupported, " (an authority of your own: --ca-file FILE)");
    case CURLE_SSL_CONNECT_ERROR:
      // Not TLS at all is no passing trouble; a handshake that was cut is.
      if (why.find("wrong version number") != std::string::npos || why.find("http request") != std::string::npos)
        return error(ErrorCode::unsupported, " (a registry without TLS: --plain-http)");
      return error(ErrorCode::unavailable);
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_URL_MALFORMAT: return error(ErrorCode::usage);
    case CURLE_UNSUPPORTED_PROTOCOL:  // also HTTP/0.9: something that speaks no HTTP
    case CURLE_WEIRD_SERVER_REPLY: return error(ErrorCode::unsupported);
    // So curl calls a line of a header or trailer that is longer than it keeps (100 KiB), and nothing else that
    // another side could bring about.
    case CURLE_OUT_OF_MEMORY:
      return Error(ErrorCode::limit_exceeded, shown_ + ": the answer's header has a line that is too long");
    default: break;
  }
  // With TLS 1.3 the end of the connection may overtake the alert that says why. Whether it was meant cannot be known.
  if (connection_->certificate_requested && header_bytes_ == 0)
    return error(ErrorCode::unavailable,
                 " (the server had asked for a client certificate; if it wants another: --client-cert)");
  return error(ErrorCode::unavailable);
}

std::size_t Transfer::take_header(std::string_view line) {
  moved_ = true;
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHttpHeaderBytes) return 0;
  const auto refuse = [&](const char* why) {
    not_http_ = why;
    return std::size_t{0};
  };
  const std::string_view text = trim(line);
  if (!is_field_text(text)) return refuse("a control character in its header");
  if (header_done_) return line.size();  // a trailer
  if (line.starts_with("HTTP/")) {
    headers_ = {};
  } else if (text.empty()) {
    long status = 0;
    curl_easy_getinfo(connection_->easy.get(), CURLINFO_RESPONSE_CODE, &status);
    if (!has_status_of_http(status)) return refuse("a status that does not exist or was not asked for");
    header_done_ = status >= 200;
  } else if (line.starts_with(' ') || line.starts_with('\t')) {
    return refuse("a header field over two lines");  // RFC 9112, section 5.2
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view name = text.substr(0, colon), value = trim(text.substr(colon + 1));
    // Nothing else was asked for, and what curl unpacks it holds in memory. Source: RFC 9112, section 6.1.
    if (to_lower(name) == "transfer-encoding" && to_lower(value) != "chunked" && to_lower(value) != "identity")
      return refuse("a transfer encoding that was not asked for");
    headers_.add(std::string(trim(name)), std::string(value));
  }
  return line.size();
}

std::size_t Transfer::take_body(std::string_view bytes) {
  if (!header_done_) {
    not_http_ = "a body before its header's end";
    return bytes.size() + 1;  // fails
  }
  const std::size_t direct = rest_.empty() ? std::min(bytes.size(), target_.size() - filled_) : 0;
  if (bytes.size() - direct + rest_.size() > kBufferedBytes) {
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  moved_ = true;
  received_ += bytes.size();
  if (direct > 0) std::memcpy(target_.data() + filled_, bytes.data(), direct);
  filled_ += direct;
  rest_.append(bytes.substr(direct));
  return bytes.size();
}

std::size_t Transfer::give_body(std::span<char> into) {
  moved_ = true;
  if (request_ == nullptr) return CURL_READFUNC_ABORT;  // answered already: the rest is not wanted
  into = into.first(std::min<std::uint64_t>(into.size(), upload_size_ - uploaded_));
  if (into.empty()) return 0;
  std::size_t count = 0;
  if (request_->stream == nullptr) {
    count = into.size();
    std::memcpy(into.data(), request_->body.data() + uploaded_, count);
  } else {
    const TimePoint asked = std::chrono::steady_clock::now();
    auto got = request_->stream->read(into);
    accounted_ += std::chrono::steady_clock::now() - asked;  // not the server's time
    if (got && *got == 0)
      got = Error(ErrorCode::mismatch,
                  "ends after " + std::to_string(uploaded_) + " bytes of " + std::to_string(upload_size_));
    if (!got) {
      error_ = std::move(got).error();
      return CURL_READFUNC_ABORT;
    }
    count = *got;
  }
  uploaded_ += count;
  return count;
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_header({bytes, size * count});
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_body({bytes, size * count});
}

std::size_t Transfer::on_upload(char* bytes, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->give_body({bytes, size * count});
}

int Transfer::on_trace(CURL* /*easy*/, curl_infotype kind, char* bytes, std::size_t size, void* self) {
  if (kind == CURLINFO_DATA_IN) static_cast<Transfer*>(self)->came_ += size;
  if (kind == CURLINFO_SSL_DATA_IN && is_certificate_request({bytes, size}))
    static_cast<Transfer*>(self)->connection_->certificate_requested = true;
  return 0;
}

// curl asks for it when a kept connection turns out to be dead before anything was answered.
int Transfer::on_seek(void* self, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.request_ == nullptr || origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  const bool has_bytes = transfer.request_->stream == nullptr;
  if (!has_bytes && static_cast<std::uint64_t>(offset) != transfer.uploaded_) return CURL_SEEKFUNC_CANTSEEK;
  transfer.uploaded_ = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

curl_socket_t Transfer::on_socket(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.proxy_.empty() && scope_of(&address->addr) > transfer.allowed_) {
    transfer.too_near_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace supply::http
