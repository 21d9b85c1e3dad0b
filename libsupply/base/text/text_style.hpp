// How text for a person at a terminal is written: in colour or not, in short or in full. What programs read (JSON,
// SARIF, JUnit) knows none of it. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace supply {

struct TextStyle {
  bool color = false;    ///< escape sequences of ECMA-48, section 8.3.117 (SGR)
  bool verbose = false;  ///< all that is known; else what was asked, and what speaks against it
};

enum class Color : std::uint8_t { good, bad, warning, faint, strong };

/// `text`, which must be safe to print (see escape_for_terminal), in that colour where the style has colours.
std::string colored(std::string_view text, Color color, const TextStyle& style);
/// A digest in the first twelve of its hex digits ("sha256:0123456789ab"), for where the full one is nearby; in full
/// with `verbose`.
std::string short_digest(std::string_view digest, const TextStyle& style);

}  // namespace supply
