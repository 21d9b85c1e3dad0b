// The JSON of bundles and envelopes, whose bytes are in base64: large as it may be, it has few values.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/bundle_limits.hpp"
#include "libsupply/base/limits/document_limits.hpp"

namespace supply::attest {

/// The value of a bundle, an envelope or a log entry. Errors: malformed, limit_exceeded (kMaxAttachmentBytes,
/// kMaxBundleValues).
inline Result<json::Value> parse_bundle_json(std::string_view text) {
  // Between two values is a comma; those within texts are counted too.
  if (static_cast<std::size_t>(std::count(text.begin(), text.end(), ',')) >= kMaxBundleValues)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxBundleValues) + " values");
  return json::parse(text, {.bytes = kMaxAttachmentBytes});
}

}  // namespace supply::attest
