// TOML read strictly into a JSON value: bounded size, depth and values; dates and times become their text. The only
// user of toml++. Immutable; any thread. Source: TOML 1.0.0.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::toml {

struct ParseLimits {
  std::size_t bytes = kMaxTomlBytes;
  std::size_t depth = kMaxTomlDepth;    ///< of brackets, and of the parts of a dotted key
  std::size_t values = kMaxTomlValues;  ///< tables and arrays count too
};

class Document {
 public:
  /// Errors: malformed ("line 4: …"), limit_exceeded.
  static Result<Document> parse(std::string_view text, const ParseLimits& limits = {});
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  const nlohmann::json& root() const;
  /// The line on which the table or array at a JSON pointer ("/package/0") starts, from 1; that of the nearest one
  /// above it for what is neither.
  std::size_t line_of(std::string_view pointer) const;

 private:
  struct Impl;
  explicit Document(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace supply::toml
