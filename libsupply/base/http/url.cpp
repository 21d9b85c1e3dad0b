#include "libsupply/base/http/url.hpp"

#include <algorithm>
#include <vector>

#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::http {
namespace {

Error bad(std::string_view text, std::string_view why) {
  return Error(ErrorCode::malformed,
               "address " + quote(text.substr(0, text.find_first_of("?#"))) + ": " + std::string(why));
}

// Four decimal numbers without leading zeros: the only form that no two programs read differently.
bool is_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           return !part.empty() && part.size() <= 3 && std::all_of(part.begin(), part.end(), is_digit) &&
                  (part.size() == 1 || part[0] != '0') && std::stoi(std::string(part)) <= 255;
         });
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  const auto labels = split(text, '.');
  const bool fine = std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  });
  // A last label of digits (or 0x…) is a number to address parsers, in one of its many spellings.
  return fine && (!is_digit(labels.back().front()) || is_ipv4(text));
}

bool is_ipv6(std::string_view text) {
  return text.size() >= 2 && text.size() <= 45 && text.find(':') != std::string_view::npos &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

Result<Origin> parse_authority(std::string_view scheme, std::string_view authority, std::string_view text) {
  Origin origin{to_lower(scheme), {}, {}};
  if (origin.scheme != "http" && origin.scheme != "https") return bad(text, "is neither http nor https");
  origin.port = origin.secure() ? 443 : 80;
  if (authority.find('@') != std::string_view::npos)
    return Error(ErrorCode::malformed, "address has a user name or a password in it");
  std::string_view rest;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos || !is_ipv6(authority.substr(1, end - 1))) return bad(text, "has no valid host");
    origin.host = to_lower(authority.substr(1, end - 1));
    rest = authority.substr(end + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    if (!is_host_name(authority.substr(0, colon))) return bad(text, "has no valid host");
    origin.host = to_lower(authority.substr(0, colon));
    rest = authority.substr(colon);
  }
  if (rest.empty() || rest == ":") return origin;
  const std::string_view digits = rest.substr(1);
  if (rest.front() != ':' || digits.size() > 5 || !std::all_of(digits.begin(), digits.end(), is_digit))
    return bad(text, "has no valid port");
  const int port = std::stoi(std::string(digits));
  if (port < 1 || port > 65535) return bad(text, "has no valid port");
  origin.port = static_cast<std::uint16_t>(port);
  return origin;
}

// Source: RFC 3986, section 5.2.4.
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  const auto parts = split(path.substr(1), '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    if (parts[i] == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (parts[i] != ".") {
      kept.push_back(parts[i]);
      continue;
    }
    if (last) kept.emplace_back();
  }
  std::string out;
  for (const std::string_view part : kept) out.append("/").append(part);
  return out.empty() ? "/" : out;
}

}  // namespace

bool Origin::is_loopback() const {
  return host == "localhost" || host == "::1" || (is_ipv4(host) && host.starts_with("127."));
}

std::string Origin::to_string() const {
  std::string text = scheme + "://" + (host.find(':') == std::string::npos ? host : '[' + host + ']');
  if (port != (secure() ? 443 : 80)) text += ':' + std::to_string(port);
  return text;
}

Result<Url> Url::parse(std::string_view text) {
  if (text.size() > kMaxUrlBytes)
    return Error(ErrorCode::limit_exceeded, "address of more than " + std::to_string(kMaxUrlBytes) + " bytes");
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; }))
    return bad(text, "has white space, control or non-ASCII bytes");
  text = text.substr(0, text.find('#'));
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return bad(text, "is not absolute");
  const std::string_view after = text.substr(colon + 3);
  const std::size_t end = std::min(after.find_first_of("/?\\"), after.size());
  SUPPLY_TRY(Origin origin, parse_authority(text.substr(0, colon), after.substr(0, end), text));
  std::string target(after.substr(end));
  if (target.starts_with('\\')) return bad(text, "has a backslash after its host");
  if (!target.starts_with('/')) target.insert(0, "/");
  return Url(std::move(origin), std::move(target));
}

Result<Url> Url::resolve(std::string_view reference) const {
  reference = reference.substr(0, reference.find('#'));
  const std::size_t colon = reference.find(':');
  if (colon != std::string_view::npos && reference.find_first_of("/?") > colon) return parse(reference);
  if (reference.starts_with("//")) return parse(origin_.scheme + ":" + std::string(reference));
  const std::string_view path = std::string_view(target_).substr(0, target_.find('?'));
  if (reference.empty()) return *this;
  if (reference.starts_with('?')) return parse(origin_.to_string() + std::string(path) + std::string(reference));
  const std::size_t query = std::min(reference.find('?'), reference.size());
  std::string full(reference.substr(0, query));
  if (!full.starts_with('/')) full.insert(0, path.substr(0, path.rfind('/') + 1));
  return parse(origin_.to_string() + without_dots(full) + std::string(reference.substr(query)));
}

std::string Url::shown() const { return origin_.to_string() + target_.substr(0, target_.find('?')); }

Url Url::with_query(std::string_view name, std::string_view value) const {
  Url other = *this;
  const bool has_query = target_.find('?') != std::string::npos;
  const bool open = target_.ends_with('?') || target_.ends_with('&');
  if (!open) other.target_ += has_query ? '&' : '?';
  other.target_.append(name).append("=").append(percent_encode(value));
  return other;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append("%").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
  }
  return out;
}

}  // namespace supply::http
