// A lock file in JSON, YAML or TOML as one JSON value whose parts know where they are.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "libsupply/base/json/json.hpp"
#include "libsupply/content/locks/lock.hpp"

namespace supply::locks {

class Document {
 public:
  /// The root is an object. Errors: malformed, limit_exceeded.
  static Result<Document> from_json(std::string_view text);
  /// With comments and commas before closing brackets, as bun writes.
  static Result<Document> from_jsonc(std::string_view text);
  static Result<Document> from_yaml(std::string_view text);
  static Result<Document> from_toml(std::string_view text);

  const json::Value& root() const { return *root_; }
  /// Whether these members of the root, where they are there, are arrays, or objects: what lists the packages is
  /// nothing else. Errors: malformed.
  Status check_arrays(std::initializer_list<const char*> names) const;
  Status check_objects(std::initializer_list<const char*> names) const;
  /// Of the value at a JSON pointer, or of the nearest one above it that is known. In JSON two levels are known, in
  /// TOML tables and arrays.
  Span span_of(std::string_view pointer) const { return span_of_(pointer); }

 private:
  static Result<Document> made(std::shared_ptr<const json::Value> root, std::function<Span(std::string_view)> span_of);
  std::shared_ptr<const json::Value> root_;
  std::function<Span(std::string_view)> span_of_;
};

/// "/a" and a key as a JSON pointer.
std::string pointer_to(std::string_view above, std::string_view key);
/// The bytes of a line (from 1) and of those below it that belong to it, as `belongs` says of each.
Span lines_from(std::string_view text, std::size_t line, const std::function<bool(std::string_view)>& belongs);

}  // namespace supply::locks
