// The document of an image index: which platforms it has, and the document of each, by its identity and its digest.
// What is installed is in those documents alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/sbom/document.hpp"

namespace supply::sbom {

/// One platform's document of the same format.
struct PlatformDocument {
  DocumentSubject subject;
  std::string_view text;  ///< the document as it was written; its owner outlives this
};

/// Borrows; everything must outlive it.
struct IndexContent {
  const DocumentSubject& subject;  ///< the index: `manifest` is its digest
  const std::vector<PlatformDocument>& documents;
  Time created;
  std::string tool = "supply";
  std::vector<std::string> authors = {};
};

struct Format;
/// The text. Same content, same bytes. Errors: unsupported (a format without documents of indexes), internal.
Result<std::string> index_text(const Format& format, const IndexContent& index);

}  // namespace supply::sbom
