// A form of the report. One file each in formats/: text, json, sarif, junit, html, vsa.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "libsupply/verdict/report/report.hpp"

namespace supply::report {

struct Format {
  std::string_view name;
  /// The whole document, with a newline at its end. Same report, same bytes.
  std::string (*write)(const Report& report);
};

/// Every format, sorted by name.
std::span<const Format* const> all_formats();
/// Errors: usage, listing the names.
Result<const Format*> find_format(std::string_view name);

}  // namespace supply::report
