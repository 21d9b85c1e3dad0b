#include "libsupply/base/http_server/internal/http.hpp"

#include <algorithm>
#include <boost/beast/http.hpp>
#include <limits>
#include <optional>
#include <sstream>
#include <utility>

#include "libsupply/base/text/text.hpp"

namespace supply::http_server {
namespace {

namespace http = boost::beast::http;

Response refused(int status, std::string why) { return {status, "text/plain; charset=utf-8", std::move(why) + "\n"}; }

using Head = http::request<http::empty_body>;

// A request line and its header fields. Nothing where it is none of HTTP/1.1 or HTTP/1.0, or its method is not known.
std::optional<Head> read_head(std::string_view in) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(in.size() + 1));  // the connection has its own limit
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());    // see read_length
  boost::beast::error_code error;
  parser.put(boost::asio::const_buffer(in.data(), in.size()), error);
  if (error || !parser.is_header_done()) return std::nullopt;
  Head head = parser.release();
  if (head.method() == http::verb::unknown || (head.version() != 10 && head.version() != 11)) return std::nullopt;
  return head;
}

std::string_view text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

// The length of the body; or why the request is not taken. Only one way to say it is known, so that nobody in between
// can mean another.
std::optional<Response> read_length(const Head& head, std::size_t most, std::size_t& length) {
  length = 0;
  if (head.count(http::field::transfer_encoding) > 0) return refused(411, "no Transfer-Encoding: say Content-Length");
  if (head.count(http::field::content_encoding) > 0) return refused(415, "no Content-Encoding is understood");
  const auto said = head.count(http::field::content_length);
  if (said == 0 && head.method() == http::verb::post) return refused(411, "say Content-Length");
  if (said == 0) return std::nullopt;
  const std::string_view text = text_of(head[http::field::content_length]);
  if (said > 1 || text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return refused(400, "Content-Length is no number");
  for (const char digit : text) {
    length = length * 10 + static_cast<std::size_t>(digit - '0');
    if (length > most) return refused(413, "more than " + std::to_string(most) + " bytes");
  }
  return std::nullopt;
}

Request request_of(const Head& head) {
  std::string_view target = text_of(head.target());
  target = target.substr(0, target.find('#'));
  const std::size_t mark = target.find('?');
  Request request{std::string(text_of(head.method_string())), std::string(target.substr(0, mark))};
  if (mark != std::string_view::npos)
    for (const std::string_view part : split(target.substr(mark + 1), '&')) {
      const std::size_t equals = part.find('=');
      if (!part.empty())
        request.query.emplace(part.substr(0, equals), equals == std::string_view::npos ? "" : part.substr(equals + 1));
    }
  request.content_type = std::string(text_of(head[http::field::content_type]));
  return request;
}

std::string text_of(const Response& response, bool with_body, bool close, std::chrono::milliseconds idle) {
  http::response<http::string_body> message(static_cast<http::status>(response.status), 11, response.body);
  if (close) message.set(http::field::connection, "close");
  else
    message.set(http::field::keep_alive,
                "timeout=" + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(idle).count()));
  message.set(http::field::content_type, response.content_type);
  message.set("X-Content-Type-Options", "nosniff");
  if (response.retry_after != 0) message.set(http::field::retry_after, std::to_string(response.retry_after));
  message.content_length(response.body.size());
  std::ostringstream text;
  if (with_body) text << message;
  else text << message.base();
  return std::move(text).str();
}

}  // namespace

Http::Http(const Options& options, Handler handler) : options_(options), handler_(std::move(handler)) {}

bool has_head(std::string_view in, std::size_t& scanned) {
  // A line that is only CR LF, behind another line.
  const std::size_t found = in.find("\n\r\n", scanned < 2 ? 0 : scanned - 2);
  scanned = in.size();
  return found != std::string_view::npos;
}

Exchange Http::exchange(std::string_view in, TimePoint arrived, bool overloaded, bool closing) const {
  Exchange result;
  result.complete = true;
  const std::size_t end = in.find("\n\r\n");
  const std::optional<Head> head = end == std::string_view::npos ? std::nullopt : read_head(in.substr(0, end + 3));
  if (!head) {
    result.answer = plain_answer(400, "Bad Request");
    return result;
  }
  std::size_t length = 0;
  std::optional<Response> response = read_length(*head, options_.body_bytes, length);
  if (!response) result.bytes = end + 3 + length;
  if (!response && overloaded) {
    response = refused(503, "too many requests at once");
    response->retry_after = 1;
  }
  if (!response && in.size() < result.bytes) {
    result.complete = false;
    result.expects_continue = to_lower(text_of((*head)[http::field::expect])) == "100-continue";
    return result;
  }
  if (!response) {
    Request request = request_of(*head);
    request.body = in.substr(end + 3, length);
    request.arrived = arrived;
    response = handler_(request);
    result.close = closing || !head->keep_alive();
  }
  result.answer = text_of(*response, head->method() != http::verb::head, result.close, options_.idle);
  return result;
}

std::string plain_answer(int status, std::string_view reason) {
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason) +
         "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
}

}  // namespace supply::http_server
