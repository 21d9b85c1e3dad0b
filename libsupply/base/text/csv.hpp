// Comma-separated values. Source: RFC 4180. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace supply {

/// What becomes of a quote that RFC 4180 does not allow: one that is open at the end, in a bare field, or with text
/// behind it. `kept` is how Python's csv module reads: the text counts, up to the next comma or the end.
enum class CsvQuotes { refused, kept };

/// The fields of one line. Nothing for a quote that is refused.
std::optional<std::vector<std::string>> csv_fields(std::string_view line, CsvQuotes quotes);

}  // namespace supply
