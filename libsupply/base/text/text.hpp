// Small questions to text that came from outside. Bytes are `char` throughout Supply: a std::string owns them, a
// std::string_view borrows them, and nothing is assumed of their encoding until is_utf8 said so.
#pragma once

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace supply {

/// The text in double quotes for a message: as escape_for_terminal(), cut after 120 bytes.
std::string quote(std::string_view text);
/// The whole text for a person's eyes: control characters, such as end a line, are seen by nobody or turn the direction
/// of the text around them, and bytes that are no UTF-8 as \xNN: no escape sequence reaches a terminal. Nor does a
/// command reach a CI system that reads the log: "::" at the front, and "##[" and "##word[" anywhere, are escaped too.
std::string escape_for_terminal(std::string_view text);
bool is_utf8(std::string_view text);
/// ASCII only.
std::string to_lower(std::string_view text);
/// One ASCII digit or more, and nothing else.
bool is_digits(std::string_view text);
/// Without white space (space, tab, CR, LF) at both ends. The view is into `text`.
std::string_view trim(std::string_view text);
/// The parts between separators, empty ones kept. The views are into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);
/// The lines without their ends (LF or CR LF); no last empty one. The views are into `text`.
std::vector<std::string_view> lines(std::string_view text);
// The views would outlive a text that ends with the statement.
template <std::same_as<std::string> Text>
std::string_view trim(Text&& text) = delete;
template <std::same_as<std::string> Text>
std::vector<std::string_view> split(Text&& text, char separator) = delete;
template <std::same_as<std::string> Text>
std::vector<std::string_view> lines(Text&& text) = delete;
/// The parts, or what `projection` makes of them, with the separator between them.
template <class Range, class Projection = std::identity>
std::string join(const Range& parts, std::string_view separator, Projection projection = {});
/// Whether `text` matches `pattern`: `*` stands for any run without '/', `**` for any run, `?` for one byte but '/'.
/// Takes time proportional to both lengths multiplied at the worst.
bool glob_match(std::string_view pattern, std::string_view text);

template <class Range, class Projection>
std::string join(const Range& parts, std::string_view separator, Projection projection) {
  std::string text;
  bool first = true;
  for (const auto& part : parts) {
    if (!first) text += separator;
    text += std::invoke(projection, part);
    first = false;
  }
  return text;
}

}  // namespace supply
