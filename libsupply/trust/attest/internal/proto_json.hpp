// Members of messages in proto3's JSON form: names in either spelling ("logIndex", "log_index"), what is empty left
// out, numbers as strings, bytes in base64. Pure; any thread. Source: protobuf.dev, ProtoJSON format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/json/json.hpp"

namespace supply::attest::internal {

// Each: Errors: malformed, also for a member in both spellings.

/// The object, or nullptr when it is absent.
Result<const json::Value*> object_in(const json::Value& object, std::string_view name);
/// The array, or nullptr when it is absent. Errors: also limit_exceeded, with more than `limit` entries.
Result<const json::Value*> array_in(const json::Value& object, std::string_view name, std::size_t limit);
/// The text, or "" when it is absent.
Result<std::string> text_in(const json::Value& object, std::string_view name);
/// The bytes, or "" when they are absent.
Result<std::string> bytes_in(const json::Value& object, std::string_view name);
/// The bytes of a text in base64, with the ends of lines that Go's reader, and so cosign, passes over.
Result<std::string> bytes_of(std::string text);
/// A whole number from 0 to 2^63-1; nothing when it is absent, which means 0.
Result<std::optional<std::int64_t>> integer_in(const json::Value& object, std::string_view name);

}  // namespace supply::attest::internal
