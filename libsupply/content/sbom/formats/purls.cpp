// One package URL a line, each once.
#include <set>

#include "libsupply/content/sbom/format.hpp"

namespace supply::sbom::formats {
namespace {

Status write(const DocumentContent& document, std::string& text) {
  std::set<std::string> purls;
  for (const pkg::Package& package : document.catalog.packages) purls.insert(package.purl.to_encoded_string());
  for (const std::string& purl : purls) text += purl + "\n";
  return {};
}

}  // namespace

const Format& purls() {
  static constexpr Format format{.name = "purls", .media_type = "", .predicate_type = "", .write = write};
  return format;
}

}  // namespace supply::sbom::formats
