#include "libsupply/content/locks/internal/requirement_text.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <optional>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/text/utf8.hpp"

namespace supply::locks {
namespace {

using namespace std::string_view_literals;

Result<std::string> from_utf16(std::string_view bytes, bool big_endian) {
  const auto bad = [] { return Error(ErrorCode::malformed, "its byte order mark says UTF-16, and it is not that"); };
  // Python would take a second mark for one, and might turn the order round.
  if (bytes.size() % 2 != 0 || bytes.starts_with("\xff\xfe"sv) || bytes.starts_with("\xfe\xff"sv)) return bad();
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]), second = static_cast<unsigned char>(bytes[at + 1]);
    return big_endian ? std::uint32_t{first} << 8 | second : std::uint32_t{second} << 8 | first;
  };
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    std::uint32_t point = unit(at);
    if (point >= 0xdc00 && point < 0xe000) return bad();
    if (point >= 0xd800 && point < 0xdc00) {
      at += 2;
      if (at == bytes.size() || unit(at) < 0xdc00 || unit(at) >= 0xe000) return bad();
      point = 0x10000 + ((point - 0xd800) << 10 | (unit(at) - 0xdc00));
    }
    append_utf8(out, point);
  }
  return out;
}

// The encoding that a line among the first two declares.
std::optional<std::string> declared(std::string_view bytes) {
  static const RE2 form(R"(coding[:=]\s*([-\w.]+))", RE2::Latin1);
  for (int line = 0; line < 2; ++line) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string name;
    if (bytes.starts_with('#') && RE2::PartialMatch(re2::StringPiece(bytes.data(), end), form, &name)) return name;
    if (end == bytes.size()) break;
    bytes.remove_prefix(end + 1);
  }
  return std::nullopt;
}

enum class Encoding { utf8, ascii, latin1, other };

// Source: Python's encodings.normalize_encoding and encodings.aliases.
Encoding encoding_of(std::string_view name) {
  std::string normal;
  for (const char c : to_lower(name)) {
    const bool kept = is_lower_alnum(c) || c == '.';
    if (kept) normal += c;
    else if (!normal.empty() && normal.back() != '_') normal += '_';
  }
  constexpr std::string_view kUtf8[] = {"utf_8", "utf8", "u8", "utf", "utf_8_sig", "cp65001"};
  constexpr std::string_view kAscii[] = {"ascii", "us_ascii", "us", "646", "iso646_us", "ansi_x3.4_1968"};
  constexpr std::string_view kLatin1[] = {"latin_1", "latin1",    "latin", "l1",         "iso_8859_1",
                                          "iso8859", "iso8859_1", "8859",  "iso_ir_100", "cp819"};
  const auto among = [&](const auto& names) {
    return std::find(std::begin(names), std::end(names), normal) != std::end(names);
  };
  return among(kUtf8)     ? Encoding::utf8
         : among(kAscii)  ? Encoding::ascii
         : among(kLatin1) ? Encoding::latin1
                          : Encoding::other;
}

Result<std::string> decoded(std::string_view bytes) {
  if (bytes.starts_with("\xff\xfe"sv)) return from_utf16(bytes.substr(2), false);
  if (bytes.starts_with("\xfe\xff"sv)) return from_utf16(bytes.substr(2), true);
  std::optional<std::string> name;
  if (bytes.starts_with("\xef\xbb\xbf"sv)) bytes.remove_prefix(3);
  else name = declared(bytes);
  switch (name ? encoding_of(*name) : Encoding::utf8) {
    case Encoding::utf8: break;
    case Encoding::ascii:
      if (std::any_of(bytes.begin(), bytes.end(), [](char c) { return (c & '\x80') != 0; }))
        return Error(ErrorCode::malformed, "it declares to be " + quote(*name) + ", and is not that");
      break;
    case Encoding::latin1: {
      std::string out;
      for (const char c : bytes) append_utf8(out, static_cast<unsigned char>(c));
      return out;
    }
    case Encoding::other:
      return Error(ErrorCode::unsupported,
                   "it declares the encoding " + quote(*name) + ", which is not read here: write it in UTF-8");
  }
  if (!is_utf8(bytes)) return Error(ErrorCode::malformed, "not a text in UTF-8");
  return std::string(bytes);
}

}  // namespace

Result<std::string> requirements_text(std::string_view bytes) {
  SUPPLY_TRY(std::string text, decoded(bytes));
  if (text.find('\0') != std::string::npos) return Error(ErrorCode::malformed, "not a text (it has a NUL)");
  return text;
}

}  // namespace supply::locks
