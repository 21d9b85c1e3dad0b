// A form of the report. One file each in formats/: text, json, sarif, junit, html, vsa.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "libsupply/base/text/text_style.hpp"
#include "libsupply/verdict/report/run.hpp"

namespace supply::report {

struct Format {
  std::string_view name;
  /// The whole document, with a newline at its end. Same run and style, same bytes; `style` is for people's formats.
  std::string (*write)(const Run& run, const TextStyle& style);
  bool gate_only = false;  ///< it says what only the gate knows, and is none of other verbs' formats
};

/// Every format, sorted by name.
std::span<const Format* const> all_formats();
/// Errors: usage, listing the names.
Result<const Format*> find_format(std::string_view name);

}  // namespace supply::report
