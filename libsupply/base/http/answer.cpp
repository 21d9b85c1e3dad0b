#include "libsupply/base/http/answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace supply::http {

bool is_passing(int status) {
  return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
}

ErrorCode error_code_of(int status) {
  switch (status) {
    case 401: return ErrorCode::unauthenticated;
    case 403: return ErrorCode::forbidden;
    case 404: return ErrorCode::not_found;
    case 429: return ErrorCode::rate_limited;
    default: return is_passing(status) ? ErrorCode::unavailable : ErrorCode::unsupported;
  }
}

std::optional<Time> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
  const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
  if (month == months.end()) return std::nullopt;
  const auto number = std::to_string(101 + (month - months.begin())).substr(1);
  const std::string iso = std::string(text.substr(12, 4)) + '-' + number + '-' + std::string(text.substr(5, 2)) + 'T' +
                          std::string(text.substr(17, 8)) + 'Z';
  auto time = parse_rfc3339(iso);
  if (!time) return std::nullopt;
  return *time;
}

std::optional<std::uint64_t> parse_number(std::optional<std::string_view> field) {
  if (!field || field->empty()) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(field->data(), field->data() + field->size(), value);
  if (problem != std::errc() || end != field->data() + field->size()) return std::nullopt;
  return value;
}

std::optional<std::chrono::seconds> retry_after(const Headers& headers) {
  const auto field = headers.find("Retry-After");
  if (!field) return std::nullopt;
  constexpr std::uint64_t kForever = 366ULL * 24 * 3600;
  if (const auto count = parse_number(field)) return std::chrono::seconds(std::min(*count, kForever));
  const auto until = parse_http_date(*field), now = parse_http_date(headers.find("Date").value_or(""));
  if (!until || !now) return std::nullopt;
  return std::clamp(*until - *now, std::chrono::seconds(0), std::chrono::seconds(kForever));
}

}  // namespace supply::http
