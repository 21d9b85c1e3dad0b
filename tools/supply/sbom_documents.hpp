// The verbs under `sbom` that take documents as well as images: convert, lint, merge, diff.
#pragma once

#include <string>
#include <vector>

#include "libsupply/content/sbom/convert.hpp"
#include "tools/common/image.hpp"
#include "tools/common/verb.hpp"

namespace supply::tools {

/// A document that was named, or what an image holds.
struct NamedSbom {
  sbom::ParsedSbom sbom;
  bool is_image = false;
  bool complete = true;  ///< all of the image was read, and the document names no known unknowns
};

/// sbom:FILE, ./FILE, or an image; of an image its document in that format, and its whole inventory. What was not read
/// is said. Errors: those of the document or the store; usage (an image of several platforms).
Result<NamedSbom> named_sbom(const std::string& text, Stores& stores, const Console& console,
                             std::string_view format = "spdx-json");
/// The same, of an image each platform's. Errors: those of the document or the store.
Result<std::vector<NamedSbom>> named_sboms(const std::string& text, Stores& stores, const Console& console,
                                           std::string_view format = "spdx-json");
/// "Example Inc" and "Example Inc <sbom@example.org>" as documents name makers; "Person: " and "Organization: " may be
/// before it. Errors: usage.
Result<std::vector<std::string>> authors_of(const std::vector<std::string>& names);
void add_sbom_documents(CLI::App& sbom, Run& run);

}  // namespace supply::tools
