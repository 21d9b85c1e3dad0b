// What lies where a bundle or signature of a release file is expected, told before any key is asked: "signature is not
// by key" is an answer only after a signature was checked.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::verify::internal {

/// Whether the file is one JSON object, to be read as such; false: something else, perhaps a bare signature.
/// Errors: malformed, when it can be neither, saying what it is (empty, begins with a byte order mark, UTF-16, a list,
/// several documents, compressed, a page of HTML); unsupported, when it is a signature of another tool.
Result<bool> is_json_object(std::string_view file);

/// The raw signature in a file that holds nothing else, in base64 or raw: what `openssl dgst -sign` and
/// `cosign sign-blob --output-signature` write. Errors: malformed, when it has not the form of a signature of any key
/// that Supply reads; limit_exceeded.
Result<std::string> bare_signature(std::string_view file);

}  // namespace supply::verify::internal
