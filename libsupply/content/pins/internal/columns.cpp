#include "libsupply/content/pins/internal/columns.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"

namespace supply::pins {
namespace {

/// A search costs the product of both lengths at the worst: it is for lines that a person reads.
constexpr std::size_t kReadableLine = 1024;

/// Of UTF-8: every byte but those that continue one.
std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

Columns::Columns(std::string_view text) : lines_(split(text, '\n')) {}

void Columns::add_to(Location& place, std::string_view written) const {
  if (place.line == 0 || place.line > lines_.size() || written.empty()) return;
  const std::string_view line = lines_[place.line - 1];
  if (line.size() > kReadableLine) return;
  const std::size_t at = line.find(written);
  if (at == std::string_view::npos || line.find(written, at + 1) != std::string_view::npos) return;
  place.column = code_points(line.substr(0, at)) + 1;
  place.end_line = place.line;
  place.end_column = place.column + code_points(written);
}

}  // namespace supply::pins
