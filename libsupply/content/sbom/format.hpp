// What one file in formats/ gives: a way to write an SBOM, a way to read one, or both.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "libsupply/content/sbom/document.hpp"
#include "libsupply/content/sbom/index_document.hpp"
#include "libsupply/content/sbom/parsed_sbom.hpp"

namespace supply::sbom {

/// A document before anybody knows its format. Borrows both.
struct RawDocument {
  std::string_view text;                  ///< empty where it was part of a JSON text
  const nlohmann::json* value = nullptr;  ///< nullptr: it is no JSON
  std::size_t bytes = 0;                  ///< of the text that it was read from
};

struct Format {
  std::string_view name;            ///< as on the command line: "spdx-json"
  std::string_view media_type;      ///< of an attached one; empty when it is only for reading by people
  std::string_view predicate_type;  ///< of an in-toto statement that carries one; may be empty
  /// nullptr: cannot be written. Makes the text, which is empty before. Same document, same bytes. Errors: internal
  /// (files asked for without digests).
  Status (*write)(const DocumentContent& document, std::string& text) = nullptr;
  /// The document of an image index that names those of its platforms; nullptr: there is none.
  Status (*write_index)(const IndexContent& index, std::string& text) = nullptr;
  /// nullptr: cannot be read. Whether the document looks like this format.
  bool (*detect)(const RawDocument& document) = nullptr;
  /// Errors: malformed, unsupported (a version that is not known), limit_exceeded.
  Result<ParsedSbom> (*read)(const RawDocument& document) = nullptr;
};

/// Every format, in the order of their names. Generated from formats/.
std::span<const Format* const> all_formats();
/// By its name. Errors: usage (the message lists those that can be written).
Result<const Format*> find_format(std::string_view name);
/// The names of those that can be written, sorted.
std::vector<std::string> writable_format_names();
/// The whole text of a document. Errors: those of Format::write.
Result<std::string> to_text(const Format& format, const DocumentContent& document);

}  // namespace supply::sbom
