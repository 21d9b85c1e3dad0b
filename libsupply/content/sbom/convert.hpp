// From documents that were read to documents in another format, and from several to one.
#pragma once

#include <string>
#include <vector>

#include "libsupply/content/sbom/format.hpp"

namespace supply::sbom {

struct ConvertRequest {
  std::string tool = "supply";             ///< "supply-0.1.0"; what made the document before it is named beside it
  std::optional<Time> source_date_epoch;   ///< else the document's own time, else 1970: no new time
  std::vector<std::string> authors;        ///< beside those that the document names
  std::string supplier;                    ///< of what the document describes, in the place of what it says
  std::optional<std::uint64_t> max_bytes;  ///< see to_text_within()
};

struct Converted {
  std::string text;
  /// What the format has no place for, with its number ("cpes of 3 packages"): found by reading the text back.
  std::vector<std::string> lost;
  bool files_left_out = false;  ///< to keep to max_bytes
};

/// Same document, same bytes. Errors: those of Format::write; limit_exceeded.
Result<Converted> convert(const ParsedSbom& sbom, const Format& format, const ConvertRequest& request);

/// All the packages of all documents, each with its origin: two documents may list the same package. Files are left
/// out, since two images have different ones at the same path; a remark says so. `name` is what they make together.
/// Two documents of one image, or without a name, are two origins. Errors: limit_exceeded.
Result<ParsedSbom> merge(std::vector<ParsedSbom> parts, const std::string& name);

struct TextWithin {
  std::string text;
  Files files = Files::none;    ///< those that are in it
  bool names_left_out = false;  ///< of executables that no package owns
};
/// The document with as many of its files as `max_bytes` has room for: all, else those that packages own, else none,
/// else not the names of executables that no package owns either; it says itself what was left out. Packages and
/// relationships are never left out. Errors: those of Format::write; limit_exceeded (without files, too, it is larger).
Result<TextWithin> to_text_within(const Format& format, const DocumentContent& document,
                                  std::optional<std::uint64_t> max_bytes);

}  // namespace supply::sbom
