#include "libsupply/base/json/proto_number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace supply::json {
namespace {

constexpr std::size_t kLongest = 19;           // of 2^63-1
constexpr double kExact = 9007199254740992.0;  // 2^53

std::string_view take_digits(std::string_view& rest) {
  const std::string_view digits = rest.substr(0, std::min(rest.find_first_not_of("0123456789"), rest.size()));
  rest.remove_prefix(digits.size());
  return digits;
}

bool take(std::string_view& rest, std::string_view any_of) {
  if (rest.empty() || any_of.find(rest.front()) == std::string_view::npos) return false;
  rest.remove_prefix(1);
  return true;
}

// "12.50e1" is the digits "125" with the point after the third.
std::optional<std::int64_t> from_text(std::string_view rest) {
  const bool negative = take(rest, "-");
  std::string digits(take_digits(rest));
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  auto point = static_cast<std::int64_t>(digits.size());
  if (take(rest, ".")) {
    const std::string_view fraction = take_digits(rest);
    if (fraction.empty()) return std::nullopt;
    digits += fraction;
  }
  if (take(rest, "eE")) {
    const bool is_negative = !take(rest, "+") && take(rest, "-");
    const std::string_view power = take_digits(rest);
    std::int32_t exponent = 0;
    if (std::from_chars(power.data(), power.data() + power.size(), exponent).ec != std::errc()) return std::nullopt;
    point += is_negative ? -std::int64_t{exponent} : std::int64_t{exponent};
  }
  if (!rest.empty()) return std::nullopt;
  const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
  digits.erase(0, zeros);
  point -= static_cast<std::int64_t>(zeros);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.empty()) return 0;
  const bool is_whole = point >= static_cast<std::int64_t>(digits.size());
  if (negative || !is_whole || point > static_cast<std::int64_t>(kLongest)) return std::nullopt;
  digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
  std::int64_t number = 0;
  const bool fits = std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc();
  return fits ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> proto_number(const Value& value) {
  if (value.is_string()) return from_text(value.get_ref<const std::string&>());
  if (value.is_number_float()) {
    const double number = value.get<double>();
    const bool is_whole = number >= 0 && number <= kExact && number == std::floor(number);
    return is_whole ? std::optional(static_cast<std::int64_t>(number)) : std::nullopt;
  }
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX}) return std::nullopt;
  const auto number = value.get<std::int64_t>();
  return number >= 0 ? std::optional(number) : std::nullopt;
}

}  // namespace supply::json
