#include "libsupply/image/oci/host.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::oci {
namespace {

constexpr int kHighestPort = 65535;
constexpr std::size_t kPortDigits = 16, kHostBytes = 253;

Error bad(std::string_view text, std::string_view why) {
  return Error(ErrorCode::malformed, quote(text) + " is no host[:port]: " + std::string(why));
}

// "::0001" as "::1", by the library that also connects to it.
std::string ipv6(std::string_view text) {
  std::array<unsigned char, 16> address{};
  std::array<char, INET6_ADDRSTRLEN> written{};
  if (inet_pton(AF_INET6, std::string(text).c_str(), address.data()) != 1) return {};
  if (inet_ntop(AF_INET6, address.data(), written.data(), written.size()) == nullptr) return {};
  return std::string(written.data());
}

bool is_name(std::string_view name) {
  if (name.size() > kHostBytes) return false;
  const auto labels = split(name, '.');
  return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
    return !label.empty() && is_lower_alnum(label.front()) && is_lower_alnum(label.back()) &&
           std::all_of(label.begin(), label.end(), [](char c) { return is_lower_alnum(c) || c == '-'; });
  });
}

// ":05000" as ":5000"; "" for none and for the default one.
Result<std::string> port_of(std::string_view text, std::string_view port, int default_port) {
  if (port.empty()) return bad(text, "nothing stands behind the ':'");
  if (!std::all_of(port.begin(), port.end(), is_digit)) return bad(text, "its port is no number");
  if (port.size() > kPortDigits) return bad(text, "its port is over 65535");
  const long long number = std::stoll(std::string(port));
  if (number > kHighestPort) return bad(text, "its port is over 65535");
  if (number == 0) return bad(text, "nobody listens on port 0");
  return number == default_port ? std::string() : ":" + std::to_string(number);
}

}  // namespace

Result<std::string> canonical_host(std::string_view text, int default_port) {
  std::string host, rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    const std::string address = end == std::string_view::npos ? std::string() : ipv6(text.substr(1, end - 1));
    if (address.empty()) return bad(text, "want an IPv6 address in the brackets");
    host = "[" + address + "]";
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    host = to_lower(text.substr(0, colon));
    rest = text.substr(colon);
    if (host.ends_with('.')) host.pop_back();
    if (!is_name(host)) return bad(text, "want letters, digits, '-' and single dots between them");
  }
  if (rest.empty()) return host;
  if (rest.front() != ':') return bad(text, "want ':' and a port behind the address");
  SUPPLY_TRY(const std::string port, port_of(text, std::string_view(rest).substr(1), default_port));
  return host + port;
}

Result<std::string> canonical_registry(std::string_view text) {
  constexpr int kHttpsPort = 443;
  constexpr std::string_view kHttpsEnd = ":443";
  SUPPLY_TRY(std::string host, canonical_host(text, 0));
  const std::string name = host.ends_with(kHttpsEnd) ? host.substr(0, host.size() - kHttpsEnd.size()) : host;
  if (name == "docker.io" || name == "index.docker.io" || name == "registry-1.docker.io")
    return std::string("docker.io");
  const std::string_view alone = std::string_view(host).substr(0, host.rfind(':'));
  const bool local = alone == "localhost" || host == "localhost" || name == "[::1]" || name.starts_with("[::1]:") ||
                     (name.starts_with("127.") && alone.find_first_not_of("0123456789.") == std::string_view::npos);
  if (local) return host;
  if (host.find_first_of(".:") == std::string::npos) return host + kHttpsEnd.data();
  const bool one_label = name.find_first_of(".:") == std::string::npos;
  return one_label ? host : canonical_host(text, kHttpsPort);
}

}  // namespace supply::oci
