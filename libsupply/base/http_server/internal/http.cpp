#include "libsupply/base/http_server/internal/http.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "libsupply/base/text/text.hpp"

namespace supply::http_server {
namespace {

constexpr std::string_view kMethods[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                         "CONNECT", "OPTIONS", "TRACE", "PATCH"};

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 411: return "Length Required";
    case 413: return "Payload Too Large";
    case 415: return "Unsupported Media Type";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "";  // it may be empty (RFC 9112, section 4)
  }
}

Response refused(int status, std::string why) { return {status, "text/plain; charset=utf-8", std::move(why) + "\n"}; }

// Source: RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Spaces and tabs (RFC 9110, section 5.6.3).
std::string_view without_blanks(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  return from == std::string_view::npos ? "" : text.substr(from, text.find_last_not_of(" \t") + 1 - from);
}

// A request line and its header fields: views into what came.
class Head {
 public:
  // Lines end in CR LF and nothing else; a field is on one line. Source: RFC 9112, sections 2.2, 3 and 5.
  static std::optional<Head> parse(std::string_view text) {
    Head head;
    for (bool first = true; !text.empty(); first = false) {
      const std::size_t end = text.find("\r\n");
      if (end == std::string_view::npos) return std::nullopt;
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end + 2);
      if (std::any_of(line.begin(), line.end(), [](char c) { return is_control(c) && c != '\t'; })) return std::nullopt;
      if (!(first ? head.take_request_line(line) : head.take_field(line))) return std::nullopt;
    }
    return head;
  }

  std::string_view method, target;
  bool is_http_1_0 = false;

  std::vector<std::string_view> all(std::string_view name) const {
    std::vector<std::string_view> found;
    for (const auto& [other, value] : fields_)
      if (other == name) found.push_back(value);
    return found;
  }
  bool has(std::string_view name) const { return !all(name).empty(); }
  std::string first(std::string_view name) const { return has(name) ? std::string(all(name).front()) : ""; }

  // Whether a field's list has the word, in any case.
  bool lists(std::string_view name, std::string_view word) const {
    for (const std::string_view value : all(name))
      for (const std::string_view part : split(value, ','))
        if (to_lower(without_blanks(part)) == word) return true;
    return false;
  }

 private:
  bool take_request_line(std::string_view line) {
    const std::vector<std::string_view> words = split(line, ' ');
    if (words.size() != 3 || std::find(std::begin(kMethods), std::end(kMethods), words[0]) == std::end(kMethods) ||
        words[1].empty() || (words[2] != "HTTP/1.1" && words[2] != "HTTP/1.0"))
      return false;
    method = words[0], target = words[1], is_http_1_0 = words[2] == "HTTP/1.0";
    return true;
  }

  bool take_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;
    fields_.emplace_back(to_lower(line.substr(0, colon)), without_blanks(line.substr(colon + 1)));
    return true;
  }

  std::vector<std::pair<std::string, std::string_view>> fields_;
};

// The length of the body; or why the request is not taken. Only one way to say it is known, so that nobody in between
// can mean another.
std::optional<Response> read_length(const Head& head, std::size_t most, std::size_t& length) {
  length = 0;
  if (head.has("transfer-encoding")) return refused(411, "no Transfer-Encoding: say Content-Length");
  if (head.has("content-encoding")) return refused(415, "no Content-Encoding is understood");
  const std::vector<std::string_view> said = head.all("content-length");
  if (said.empty() && head.method == "POST") return refused(411, "say Content-Length");
  if (said.empty()) return std::nullopt;
  const std::string_view text = said.front();
  if (said.size() > 1 || text.empty() ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return refused(400, "Content-Length is no number");
  for (const char digit : text) {
    length = length * 10 + static_cast<std::size_t>(digit - '0');
    if (length > most) return refused(413, "more than " + std::to_string(most) + " bytes");
  }
  return std::nullopt;
}

Request request_of(const Head& head) {
  const std::string_view target = head.target.substr(0, head.target.find('#'));
  const std::size_t mark = target.find('?');
  Request request{std::string(head.method), std::string(target.substr(0, mark))};
  if (mark != std::string_view::npos)
    for (const std::string_view part : split(target.substr(mark + 1), '&')) {
      const std::size_t equals = part.find('=');
      if (!part.empty())
        request.query.emplace(part.substr(0, equals), equals == std::string_view::npos ? "" : part.substr(equals + 1));
    }
  request.content_type = head.first("content-type");
  return request;
}

std::string text_of(const Response& response, bool with_body, bool close, std::chrono::milliseconds idle) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason_of(response.status));
  if (close) text += "\r\nConnection: close";
  else
    text += "\r\nKeep-Alive: timeout=" + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(idle).count());
  text += "\r\nContent-Type: " + response.content_type + "\r\nX-Content-Type-Options: nosniff";
  if (response.retry_after != 0) text += "\r\nRetry-After: " + std::to_string(response.retry_after);
  text += "\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\n\r\n";
  return with_body ? text + response.body : text;
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
  const std::optional<Head> head = end == std::string_view::npos ? std::nullopt : Head::parse(in.substr(0, end + 1));
  if (!head) {
    result.answer = plain_answer(400, reason_of(400));
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
    result.expects_continue = to_lower(head->first("expect")) == "100-continue";
    return result;
  }
  if (!response) {
    Request request = request_of(*head);
    request.body = in.substr(end + 3, length);
    request.arrived = arrived;
    response = handler_(request);
    result.close = closing || head->lists("connection", "close") ||
                   (head->is_http_1_0 && !head->lists("connection", "keep-alive"));
  }
  result.answer = text_of(*response, head->method != "HEAD", result.close, options_.idle);
  return result;
}

std::string plain_answer(int status, std::string_view reason) {
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason) +
         "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
}

}  // namespace supply::http_server
