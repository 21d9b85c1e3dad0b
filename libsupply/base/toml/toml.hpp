// TOML read strictly into a JSON value: bounded size, depth and values; dates and times are their text; places are
// kept. What TOML 1.0.0 forbids is refused, duplicates and tables that are defined twice included; more is taken in one
// thing: a byte order mark at the front, as Cargo takes it. Immutable; any thread. Source: TOML 1.0.0.
#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/result/result.hpp"
#include "libsupply/base/text/text_span.hpp"

namespace supply::toml {

struct ParseLimits {
  std::size_t bytes = kMaxTomlBytes;
  std::size_t depth = kMaxTomlDepth;    ///< below the root: each part of a key counts, and each element of an array
  std::size_t values = kMaxTomlValues;  ///< tables and arrays count too
};

class Document {
 public:
  /// Errors: malformed ("line 4: …"), limit_exceeded. Numbers that are infinite or none are in the value as such.
  static Result<Document> parse(std::string_view text, const ParseLimits& limits = {});
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  const nlohmann::json& root() const;
  /// Of the value at a JSON pointer ("/package/0"), or of the nearest one above it that is there. A table with a header
  /// begins there and ends where the next header begins that is not below it; another value begins with its key.
  TextSpan place_of(std::string_view pointer) const;

 private:
  struct Impl;
  explicit Document(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace supply::toml
