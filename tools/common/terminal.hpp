// The terminal of the person who runs the program: questions to them, whatever standard input is, and whether it shows
// colours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace supply::tools {

/// The values of --color.
enum class ColorMode : std::uint8_t { automatic, always, never };

/// Of "always", "never"; anything else is automatic.
ColorMode parse_color_mode(std::string_view text);

/// Whether what is written to `descriptor` is to have colours. Automatic: where it is a terminal that is not dumb, and
/// NO_COLOR is not set. Source: no-color.org (set and not empty; an option of the program's own is stronger).
bool shows_colors(ColorMode mode, int descriptor);

/// A line that is typed without being shown; nothing where there is no terminal.
std::optional<std::string> ask_secret(std::string_view question);

}  // namespace supply::tools
