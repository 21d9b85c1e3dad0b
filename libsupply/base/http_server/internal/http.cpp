#include "libsupply/base/http_server/internal/http.hpp"

#include <httplib.h>
#include <openssl/crypto.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"

namespace supply::http_server {
namespace {

#ifdef CPPHTTPLIB_OPENSSL_SUPPORT
// Debian's shared cpp-httplib has TLS too, and a constructor that starts OpenSSL with its configuration file. What
// first starts OpenSSL decides, and functions in .preinit_array run before the constructors of shared libraries (System
// V ABI).
void start_without_configuration() { OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr); }
[[gnu::section(".preinit_array"), gnu::used]] void (*const kStart)() = start_without_configuration;
#endif

// What cpp-httplib reads from and writes to: bytes that are there. Its own sockets are not used.
class Bytes final : public httplib::Stream {
 public:
  Bytes(std::string_view in, std::string& out) : in_(in), out_(out) {}
  bool is_readable() const override { return at_ < in_.size(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t most) override {
    if (at_ == in_.size()) return -1;
    const std::size_t size = std::min(most, in_.size() - at_);
    in_.copy(to, size, at_);
    at_ += size;
    return static_cast<ssize_t>(size);
  }
  ssize_t write(const char* from, std::size_t size) override {
    out_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int& port) const override { port = 0; }
  void get_local_ip_and_port(std::string&, int& port) const override { port = 0; }
  socket_t socket() const override { return 0; }  // it looks whether select() could take it

  std::size_t at() const { return at_; }

 private:
  std::string_view in_;
  std::string& out_;
  std::size_t at_ = 0;
};

class Parser final : public httplib::Server {
 public:
  using httplib::Server::process_request;
};

struct Call {
  std::string_view in;
  TimePoint arrived;
  bool overloaded;
  const Bytes* bytes;
  Exchange* result;
  bool expects_continue = false;
};
thread_local Call* current_call = nullptr;

void say(httplib::Response& to, const Response& from) {
  to.status = from.status;
  to.body = from.body;
  to.set_header("Content-Type", from.content_type);
  to.set_header("X-Content-Type-Options", "nosniff");
  if (from.retry_after != 0) to.set_header("Retry-After", std::to_string(from.retry_after));
}

Response refused(int status, std::string why) { return {status, "text/plain; charset=utf-8", std::move(why) + "\n"}; }

// The length of the body; or why the request is not taken. Only one way to say it is known, so that nobody in between
// can mean another.
std::optional<Response> read_length(const httplib::Request& request, std::size_t most, std::size_t& length) {
  length = 0;
  if (request.has_header("Transfer-Encoding")) return refused(411, "no Transfer-Encoding: say Content-Length");
  if (request.has_header("Content-Encoding")) return refused(415, "no Content-Encoding is understood");
  const auto count = request.get_header_value_count("Content-Length");
  if (count == 0 && request.method == "POST") return refused(411, "say Content-Length");
  if (count == 0) return std::nullopt;
  const std::string text = request.get_header_value("Content-Length");
  if (count > 1 || text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return refused(400, "Content-Length is no number");
  for (const char digit : text) {
    length = length * 10 + static_cast<std::size_t>(digit - '0');
    if (length > most) return refused(413, "more than " + std::to_string(most) + " bytes");
  }
  return std::nullopt;
}

}  // namespace

struct Http::State {
  Options options;
  Handler handler;
  Parser parser;

  void answer(const httplib::Request& request, httplib::Response& response) const {
    Call& call = *current_call;
    Exchange& result = *call.result;
    result.complete = true;  // unless its body is not all there yet
    std::size_t length = 0;
    if (const auto why = read_length(request, options.body_bytes, length)) return say(response, *why);
    result.bytes = call.bytes->at() + length;
    if (call.overloaded) {
      Response busy = refused(503, "too many requests at once");
      busy.retry_after = 1;
      return say(response, busy);
    }
    if (call.in.size() < result.bytes) {
      result.complete = false;
      result.expects_continue = call.expects_continue;
      response.status = 100;
      return;
    }
    result.close = false;
    Request asked{request.method, request.path};
    for (const auto& [name, value] : request.params) asked.query.emplace(name, value);
    asked.content_type = request.get_header_value("Content-Type");
    asked.body = call.in.substr(call.bytes->at(), length);
    asked.arrived = call.arrived;
    say(response, handler(asked));
  }
};

Http::Http(const Options& options, Handler handler) : state_(new State{options, std::move(handler), {}}) {
  const State* state = state_.get();
  // Everything is answered here, before any of its routing: no pattern is matched, no body parsed.
  state_->parser.set_pre_routing_handler([state](const httplib::Request& request, httplib::Response& response) {
    state->answer(request, response);
    return httplib::Server::HandlerResponse::Handled;
  });
  state_->parser.set_keep_alive_timeout(std::chrono::duration_cast<std::chrono::seconds>(options.idle).count());
  state_->parser.set_keep_alive_max_count(1'000'000);
}

Http::~Http() = default;

bool has_head(std::string_view in, std::size_t& scanned) {
  // A line that is only CR LF, behind another line.
  const std::size_t found = in.find("\n\r\n", scanned < 2 ? 0 : scanned - 2);
  scanned = in.size();
  return found != std::string_view::npos;
}

Exchange Http::exchange(std::string_view in, TimePoint arrived, bool overloaded, bool closing) const {
  Exchange result;
  Bytes bytes(in, result.answer);
  Call call{in, arrived, overloaded, &bytes, &result};
  current_call = &call;
  bool client_closes = false;
  const auto plainly = [&call](httplib::Request& request) {
    // Parts of an answer, or a compressed one, are nobody's wish here; the word to go on is said by the connection.
    call.expects_continue = to_lower(request.get_header_value("Expect")) == "100-continue";
    request.ranges.clear();
    for (const char* name : {"Accept-Encoding", "Expect"}) request.headers.erase(name);
  };
  try {
    state_->parser.process_request(bytes, closing, client_closes, plainly);
  } catch (...) {
    result.answer = plain_answer(400, "Bad Request");
    result.complete = true;
  }
  current_call = nullptr;
  if (!result.complete && result.bytes != 0) {
    result.answer.clear();
    return result;
  }
  // No request that it could read: its own answer, and the end.
  if (!result.complete && result.answer.empty()) result.answer = plain_answer(400, "Bad Request");
  result.complete = true;
  result.close = result.close || client_closes || closing;
  if (result.close && result.answer.find("\r\nConnection: close\r\n") == std::string::npos)
    if (const std::size_t line = result.answer.find("\r\n"); line != std::string::npos)
      result.answer.insert(line, "\r\nConnection: close");
  return result;
}

std::string plain_answer(int status, std::string_view reason) {
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason) +
         "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
}

}  // namespace supply::http_server
