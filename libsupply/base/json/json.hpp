// JSON read strictly: RFC 8259, valid UTF-8, no duplicate keys, no trailing bytes, bounded size and depth.
// The only room that hands text to nlohmann's parser. Pure functions; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::json {

using Value = nlohmann::json;

/// Whether an object may name a member twice. Other ecosystems' files (package.json) mean the last one.
enum class DuplicateKeys { refused, last_wins };

struct Limits {
  std::size_t bytes = kMaxJsonBytes;
  std::size_t depth = kMaxJsonDepth;
  DuplicateKeys duplicate_keys = DuplicateKeys::refused;
};

/// Errors: malformed ("line 3 column 7: duplicate key \"layers\""), limit_exceeded. A number that does not fit 64 bits
/// without loss, or a double, stays a double: nothing that is signed is ever written back from a Value.
Result<Value> parse(std::string_view text, const Limits& limits = {});

/// Compact, keys sorted by byte, UTF-8 as it is: same value, same bytes. Invalid UTF-8 is written as U+FFFD.
std::string to_text(const Value& value);
/// The same with two spaces of indentation and a newline at the end.
std::string to_pretty_text(const Value& value);
/// `text` as a JSON string literal with its quotes.
std::string to_literal(std::string_view text);

// Members of an object. Each error is malformed and names the key ("member \"size\": want a whole number").
// `null` counts as absent (OCI config and SLSA say so).

/// The member, or nullptr when absent; also for a value that is no object. Points into `object`.
const Value* find(const Value& object, std::string_view key);
Result<std::string> require_string(const Value& object, std::string_view key);
Result<std::optional<std::string>> optional_string(const Value& object, std::string_view key);
/// The text, or "" when absent.
Result<std::string> string_or_empty(const Value& object, std::string_view key);
Result<std::int64_t> require_integer(const Value& object, std::string_view key);
Result<std::optional<bool>> optional_bool(const Value& object, std::string_view key);
/// The object or array, or nullptr when absent.
Result<const Value*> optional_object(const Value& object, std::string_view key);
Result<const Value*> optional_array(const Value& object, std::string_view key);
/// An array of strings; empty when absent.
Result<std::vector<std::string>> string_list(const Value& object, std::string_view key);

}  // namespace supply::json
