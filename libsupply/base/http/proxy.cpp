#include "libsupply/base/http/proxy.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "libsupply/base/text/text.hpp"

namespace supply::http {
namespace {

std::string value_of(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = environment.find(name);
    if (found != environment.end() && !found->second.empty()) return found->second;
  }
  return {};
}

bool in_network(std::string_view host, std::string_view network, std::string_view length) {
  std::size_t bits = 0;
  if (std::from_chars(length.data(), length.data() + length.size(), bits).ec != std::errc()) return false;
  const int family = network.find(':') == std::string_view::npos ? AF_INET : AF_INET6;
  std::array<unsigned char, 16> a{}, b{};
  if (inet_pton(family, std::string(host).c_str(), a.data()) != 1 ||
      inet_pton(family, std::string(network).c_str(), b.data()) != 1 || bits > (family == AF_INET ? 32 : 128))
    return false;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    if ((a.at(bit / 8) & mask) != (b.at(bit / 8) & mask)) return false;
  }
  return true;
}

bool excludes(std::string_view entry, const Origin& origin) {
  if (entry == "*") return true;
  if (const std::size_t slash = entry.find('/'); slash != std::string_view::npos)
    return in_network(origin.host, entry.substr(0, slash), entry.substr(slash + 1));
  const std::size_t colon = entry.find(':');
  if (colon != std::string_view::npos && entry.find(':', colon + 1) == std::string_view::npos) {
    if (entry.substr(colon + 1) != std::to_string(origin.port)) return false;
    entry = entry.substr(0, colon);
  }
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  const std::string name = to_lower(entry);
  return !name.empty() && (origin.host == name || origin.host.ends_with('.' + name));
}

}  // namespace

std::string proxy_for(const Origin& origin, const Environment& environment) {
  if (origin.is_loopback()) return {};
  std::string list = value_of(environment, {"no_proxy", "NO_PROXY"});
  for (char& c : list)
    if (c == ' ' || c == '\t') c = ',';
  for (const std::string_view entry : split(list, ','))
    if (excludes(entry, origin)) return {};
  std::string proxy =
      origin.secure() ? value_of(environment, {"https_proxy", "HTTPS_PROXY"}) : value_of(environment, {"http_proxy"});
  return proxy.empty() ? value_of(environment, {"all_proxy", "ALL_PROXY"}) : proxy;
}

}  // namespace supply::http
