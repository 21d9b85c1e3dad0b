// DER written by hand, right or wrong, so that readers are not tested with themselves. Tests only.
// Source: ITU-T X.690, section 10.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/time/time.hpp"

namespace supply::testing {

/// The number in that many bytes, the highest first.
inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes; i-- > 0;) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

inline std::string der(int tag, std::string_view content) {
  std::string head(1, static_cast<char>(tag));
  if (content.size() < 0x80) head += static_cast<char>(content.size());
  else if (content.size() < 0x100) head += '\x81' + big_endian(content.size(), 1);
  else if (content.size() < 0x10000) head += '\x82' + big_endian(content.size(), 2);
  else head += '\x83' + big_endian(content.size(), 3);
  return head + std::string(content);
}

inline std::string der_sequence(std::string_view content) { return der(0x30, content); }
inline std::string der_set(std::string_view content) { return der(0x31, content); }
inline std::string der_octets(std::string_view content) { return der(0x04, content); }
inline std::string der_text(std::string_view text) { return der(0x0c, text); }
/// [number], constructed.
inline std::string der_context(int number, std::string_view content) { return der(0xa0 | number, content); }

/// Of "1.3.6.1".
inline std::string der_oid(const std::string& dots) {
  std::vector<unsigned long> arcs;
  for (std::size_t at = 0; at <= dots.size();) {
    const std::size_t end = std::min(dots.find('.', at), dots.size());
    arcs.push_back(std::stoul(dots.substr(at, end - at)));
    at = end + 1;
  }
  arcs[1] += arcs[0] * 40;
  std::string content;
  for (std::size_t i = 1; i < arcs.size(); ++i) {
    std::string digits(1, static_cast<char>(arcs[i] & 0x7f));
    for (unsigned long rest = arcs[i] >> 7; rest != 0; rest >>= 7)
      digits.insert(digits.begin(), static_cast<char>(0x80 | (rest & 0x7f)));
    content += digits;
  }
  return der(0x06, content);
}

/// An INTEGER, not below 0.
inline std::string der_number(std::uint64_t number) {
  std::string content = big_endian(number, 8);
  while (content.size() > 1 && content[0] == 0 && (content[1] & 0x80) == 0) content.erase(0, 1);
  if ((content[0] & 0x80) != 0) content.insert(content.begin(), '\0');
  return der(0x02, content);
}

/// GeneralizedTime.
inline std::string der_time(Time time) {
  std::string text = to_rfc3339(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == 'T'; });
  return der(0x18, text);
}

/// A Name with one commonName.
inline std::string der_name(const std::string& name) {
  return der_sequence(name.empty() ? "" : der_set(der_sequence(der_oid("2.5.4.3") + der_text(name))));
}

/// An Extension of a certificate.
inline std::string der_extension(const std::string& oid, bool critical, std::string_view value) {
  return der_sequence(der_oid(oid) + (critical ? der(0x01, "\xff") : std::string()) + der_octets(value));
}

/// An AlgorithmIdentifier without parameters.
inline std::string der_algorithm(const std::string& oid) { return der_sequence(der_oid(oid)); }

inline std::string pem(const std::string& label, std::string_view der_bytes) {
  const std::string text = to_base64(der_bytes);
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += 64) lines += text.substr(at, 64) + "\n";
  return "-----BEGIN " + label + "-----\n" + lines + "-----END " + label + "-----\n";
}

}  // namespace supply::testing
