#include "libsupply/base/http/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace supply::http {
namespace {

AddressScope reach_of_v4(std::uint32_t address) {
  const auto in = [address](std::uint32_t network, int bits) { return (address ^ network) >> (32 - bits) == 0; };
  // 0/8, loopback, link-local, multicast and the reserved rest, broadcast included
  if (in(0x00000000, 8) || in(0x7f000000, 8) || in(0xa9fe0000, 16) || in(0xe0000000, 3))
    return AddressScope::local_address;
  if (in(0x0a000000, 8) || in(0xac100000, 12) || in(0xc0a80000, 16) || in(0x64400000, 10) || in(0xc0000000, 24) ||
      in(0xc6120000, 15))
    return AddressScope::private_address;
  return AddressScope::public_address;
}

AddressScope reach_of_v6(const std::array<std::uint8_t, 16>& bytes) {
  const auto v4_at = [&](std::size_t at) {
    std::uint32_t address = 0;
    for (std::size_t i = 0; i < 4; ++i) address = address << 8 | bytes.at(at + i);
    return reach_of_v4(address);
  };
  const auto starts = [&](std::initializer_list<std::uint8_t> prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
  };
  if (starts({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return v4_at(12);
  if (starts({0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return v4_at(12);
  if (starts({0x20, 0x02})) return v4_at(2);
  if (starts({0, 0, 0, 0, 0, 0, 0, 0})) return AddressScope::local_address;  // ::, ::1, IPv4-compatible
  if (bytes[0] == 0xff || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80)) return AddressScope::local_address;
  if ((bytes[0] & 0xfe) == 0xfc || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0xc0))
    return AddressScope::private_address;
  return AddressScope::public_address;
}

}  // namespace

AddressScope scope_of(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return reach_of_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return reach_of_v6(bytes);
  }
  return AddressScope::local_address;
}

std::optional<AddressScope> scope_of(std::string_view host) {
  const std::string text(host);
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return reach_of_v4(ntohl(v4.s_addr));
  std::array<std::uint8_t, 16> v6{};
  if (inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) return reach_of_v6(v6);
  return std::nullopt;
}

}  // namespace supply::http
