#include "libsupply/base/time/time.hpp"

#include <fmt/format.h>

#include "libsupply/base/text/text.hpp"

namespace supply {
namespace {

constexpr std::int64_t kLastSecond = 253'402'300'799;  // the end of the year 9999

// `count` decimal digits at `text`'s front, taken off it; -1 if they are not there.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_rfc3339(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

Result<Time> parse_rfc3339(std::string_view text) {
  const Error bad(ErrorCode::malformed, "time " + quote(text) + " is not RFC 3339 (want 2026-11-24T11:18:57Z)");
  std::string_view rest = text;
  const int year = take_digits(rest, 4);
  if (year < 0 || !take(rest, "-")) return bad;
  const int month = take_digits(rest, 2);
  if (month < 0 || !take(rest, "-")) return bad;
  const int day = take_digits(rest, 2);
  if (day < 0 || !take(rest, "Tt ")) return bad;
  const int hour = take_digits(rest, 2);
  if (hour < 0 || !take(rest, ":")) return bad;
  const int minute = take_digits(rest, 2);
  if (minute < 0 || !take(rest, ":")) return bad;
  const int second = take_digits(rest, 2);
  if (second < 0) return bad;
  if (take(rest, ".")) {
    if (take_digits(rest, 1) < 0) return bad;
    while (take_digits(rest, 1) >= 0) {
    }
  }
  int offset = 0;
  if (!take(rest, "Zz")) {
    if (rest.empty()) return bad;
    const int sign = rest.front() == '-' ? -1 : 1;
    if (!take(rest, "+-")) return bad;
    const int hours = take_digits(rest, 2);
    if (hours < 0 || hours > 23 || !take(rest, ":")) return bad;
    const int minutes = take_digits(rest, 2);
    if (minutes < 0 || minutes > 59) return bad;
    offset = sign * (hours * 60 + minutes);
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!rest.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) return bad;
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) - std::chrono::minutes(offset);
}

Result<Time> parse_epoch(std::string_view text) {
  std::int64_t seconds = text.empty() ? -1 : 0;
  for (const char c : text) {
    if (seconds < 0 || c < '0' || c > '9') {
      seconds = -1;
      break;
    }
    seconds = seconds * 10 + (c - '0');
    if (seconds > kLastSecond) seconds = -1;
  }
  if (seconds < 0)
    return Error(ErrorCode::malformed, "epoch " + quote(text) + " is not a number of seconds since 1970");
  return Time(std::chrono::seconds(seconds));
}

}  // namespace supply
