// The text of a requirements file as pip decodes its bytes.
// Source: pip src/pip/_internal/utils/encoding.py, auto_decode.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::locks {

/// The text in UTF-8, without a byte order mark. UTF-8 and UTF-16 are told by their mark; without one, a line
/// "# … coding: NAME" among the first two says what the bytes are, else they are UTF-8.
/// Errors: malformed (the bytes are not what the mark or the line says; a NUL), unsupported (an encoding that is not
/// read here: what pip would install cannot be known then).
Result<std::string> requirements_text(std::string_view bytes);

}  // namespace supply::locks
