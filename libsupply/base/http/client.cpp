#include "libsupply/base/http/client.hpp"

#include <algorithm>
#include <thread>

#include "libsupply/base/text/text.hpp"

namespace supply::http {
namespace {

bool same_name(std::string_view a, std::string_view b) { return a.size() == b.size() && to_lower(a) == to_lower(b); }

}  // namespace

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (same_name(key, name)) return trim(value);
  return std::nullopt;
}

std::vector<std::string_view> Headers::find_all(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const auto& [key, value] : fields_)
    if (same_name(key, name)) found.push_back(trim(value));
  return found;
}

void Headers::erase(std::string_view name) {
  std::erase_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
}

Result<Response> OfflineClient::send(const Request& request) {
  return Error(ErrorCode::unsupported, "offline: would need " + request.url.origin().to_string());
}

TimePoint Clock::now() { return std::chrono::steady_clock::now(); }

void Clock::sleep(std::chrono::milliseconds duration) { std::this_thread::sleep_for(duration); }

}  // namespace supply::http
