// YAML read strictly into a JSON value: one document, no aliases, anchors, tags or merge keys, no duplicate keys,
// bounded size, depth and nodes; scalars by the core schema of YAML 1.2 (so `no` and `on` are strings).
// Immutable; any thread. Source: YAML 1.2.2, chapter 10.3.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::yaml {

class Document {
 public:
  /// Errors: malformed ("line 4: duplicate key \"images\""), limit_exceeded (kMaxYamlBytes, -Depth, -Nodes).
  static Result<Document> parse(std::string_view text);
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  /// null for an empty document.
  const nlohmann::json& root() const;
  /// The line on which the value at a JSON pointer ("/images/0/rules") starts, from 1; that of the nearest value above
  /// it when there is none there.
  std::size_t line_of(std::string_view pointer) const;
  /// The column on that line, from 1, in characters.
  std::size_t column_of(std::string_view pointer) const;

 private:
  struct Impl;
  explicit Document(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A step of a JSON pointer, escaped. Source: RFC 6901, section 3.
std::string pointer_step(std::string_view key);

}  // namespace supply::yaml
