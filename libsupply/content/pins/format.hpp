// A kind of file in which pins are. Each is one file in formats/. Lock files are not among them: see content/locks.
#pragma once

#include <span>
#include <string_view>

#include "libsupply/base/result/result.hpp"
#include "libsupply/content/pins/pin.hpp"

namespace supply::pins {

struct Format {
  std::string_view name;  ///< "dockerfile"
  /// Whether a file of this path is of this kind, by its name alone ('/' between components).
  bool (*matches)(std::string_view path);
  /// Whether its name is one that other files have too ("Dockerfile.md", "dockerfile.go"): then is_one() decides.
  bool (*may_match)(std::string_view path);
  /// Whether the format's own tool would take this text.
  bool (*is_one)(std::string_view text);
  /// Every reference in it; `path` goes into Pin::place. Errors: malformed (not text), limit_exceeded. What
  /// the format's own tool would refuse is an unknown pin at its line.
  Result<std::vector<Pin>> (*read)(std::string_view text, const std::string& path);
};

/// All of them, by name.
std::span<const Format* const> all_formats();
/// The one that matches this path, or nullptr.
const Format* format_of(std::string_view path);
/// The one that may claim this path, or nullptr.
const Format* possible_format_of(std::string_view path);

}  // namespace supply::pins
