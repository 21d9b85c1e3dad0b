#include "libsupply/testing/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace supply::testing {
namespace {

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool receive(int fd, std::string& buffer) {
  char bytes[65536];
  const ssize_t count = ::recv(fd, bytes, sizeof bytes, 0);
  if (count <= 0) return false;
  buffer.append(bytes, static_cast<std::size_t>(count));
  return true;
}

// False when the client went away before a whole header was there.
bool read_header(int fd, std::string& buffer, HttpRequest& request) {
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos)
    if (!receive(fd, buffer)) return false;
  std::string_view head = std::string_view(buffer).substr(0, end);
  bool first = true;
  while (!head.empty()) {
    const std::size_t line_end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, line_end);
    head.remove_prefix(std::min(line_end + 2, head.size()));
    if (first) {
      const std::size_t a = line.find(' '), b = line.rfind(' ');
      request.method = line.substr(0, a);
      request.target = line.substr(a + 1, b - a - 1);
      first = false;
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      std::string_view value = line.substr(colon + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      request.headers.emplace_back(line.substr(0, colon), value);
    }
  }
  buffer.erase(0, end + 4);
  return true;
}

std::string head_of(const HttpRequest& request, const HttpReply& reply) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " X\r\n";
  bool length = reply.no_length;
  for (const auto& [name, value] : reply.headers) {
    head += name + ": " + value + "\r\n";
    length = length || same(name, "Content-Length");
  }
  const bool bodiless = reply.status == 204 || reply.status == 304;
  if (!length && !(bodiless && reply.body.empty()))
    head += "Content-Length: " + std::to_string(reply.claimed_length.value_or(reply.body.size())) + "\r\n";
  (void)request;
  return head + "\r\n";
}

}  // namespace

std::string HttpRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same(key, name)) return value;
  return {};
}

std::vector<std::string> HttpRequest::queries(std::string_view name) const {
  std::vector<std::string> values;
  const std::size_t start = target.find('?');
  std::string_view rest = start == std::string::npos ? std::string_view() : std::string_view(target).substr(start + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (decoded(pair.substr(0, equals)) == name)
      values.push_back(decoded(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return values;
}

std::string HttpRequest::query(std::string_view name) const {
  const auto values = queries(name);
  return values.empty() ? std::string() : values.front();
}

HttpServer::HttpServer(Handler handler, bool serial)
    : handler_(std::move(handler)), serial_(serial), server_([this](int fd) { serve(fd); }) {}

void HttpServer::serve(int fd) {
  std::string buffer;
  for (bool alive = true; alive && !server_.stopping();) {
    HttpRequest request{{}, {}, url(), {}, {}, true};
    if (!read_header(fd, buffer, request)) break;
    const std::size_t length = std::strtoull(request.header("Content-Length").c_str(), nullptr, 10);
    while (buffer.size() < length && request.complete) request.complete = receive(fd, buffer);
    request.body = buffer.substr(0, length);
    buffer.erase(0, length);
    HttpReply reply;
    {
      std::unique_lock<std::mutex> one(handling_, std::defer_lock);
      if (serial_) one.lock();
      {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(request);
      }
      reply = handler_(request);
    }
    if (!request.complete) break;
    if (reply.pause.count() > 0) std::this_thread::sleep_for(reply.pause);
    if (!reply.raw.empty()) {
      bool wanted = send_all(fd, reply.raw) && !reply.for_ever.empty();
      while (wanted && !server_.stopping()) {
        std::this_thread::sleep_for(reply.pause);
        wanted = send_all(fd, reply.for_ever);
      }
      break;
    }
    if (!send_all(fd, head_of(request, reply))) break;
    if (request.method == "HEAD") continue;
    std::string_view body = std::string_view(reply.body).substr(0, reply.cut_after.value_or(reply.body.size()));
    while (!body.empty() && alive && !server_.stopping()) {
      const std::size_t count = reply.chunk == 0 ? body.size() : std::min(reply.chunk, body.size());
      alive = send_all(fd, body.substr(0, count));
      body.remove_prefix(count);
      if (!body.empty() && reply.pause.count() > 0) std::this_thread::sleep_for(reply.pause);
    }
    if (reply.cut_after || reply.no_length || reply.claimed_length.value_or(reply.body.size()) < reply.body.size())
      break;
  }
}

std::vector<HttpRequest> HttpServer::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

std::size_t HttpServer::count(std::string_view method, std::string_view in_target) const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::size_t>(std::count_if(requests_.begin(), requests_.end(), [&](const HttpRequest& request) {
    return request.method == method && request.target.find(in_target) != std::string::npos;
  }));
}

void HttpServer::forget() {
  const std::scoped_lock lock(mutex_);
  requests_.clear();
}

}  // namespace supply::testing
