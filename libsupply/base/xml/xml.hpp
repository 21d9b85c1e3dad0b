// XML read strictly into a tree of elements: one well-formed document without a document type declaration, so without
// entities of its own, within limits of bytes, depth and elements. The only user of Expat.
// Source: W3C XML 1.0 (fifth edition).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::xml {

/// A value: it owns all that is in it.
struct Element {
  std::string name;  ///< as written, with its prefix if it has one
  std::string text;  ///< its own character data, without that of its children; UTF-8
  std::vector<std::pair<std::string, std::string>> attributes;  ///< in the order of the document
  std::vector<Element> children;
  std::size_t line = 1, begin = 0, end = 0;  ///< of its start tag's line, and of the bytes [begin, end) that it is

  /// The name without its prefix. A view into `name`.
  std::string_view local_name() const;
  /// The first child with that local name, or nullptr.
  const Element* child(std::string_view local_name) const;
  /// The text of the first child with that local name, trimmed; "" without one. A view into the child.
  std::string_view text_of(std::string_view local_name) const;
};

struct ParseLimits {
  std::size_t bytes = kMaxXmlBytes;
  std::size_t depth = kMaxXmlDepth;
  std::size_t elements = kMaxXmlElements;  ///< attributes count too
};

/// The root element. Takes UTF-8, UTF-16, ISO 8859-1 and US-ASCII, as the document declares it.
/// Errors: malformed ("line 3, column 9: mismatched tag"), unsupported (a document type declaration, another encoding),
/// limit_exceeded.
Result<Element> parse(std::string_view text, const ParseLimits& limits = {});

}  // namespace supply::xml
