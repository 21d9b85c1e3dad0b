// CycloneDX 1.7 as JSON, for callers that want the newest version; it is read where 1.6 is.
#include "libsupply/content/sbom/format.hpp"
#include "libsupply/content/sbom/internal/cyclonedx.hpp"
#include "libsupply/content/sbom/internal/index_documents.hpp"

namespace supply::sbom::formats {
namespace {

Status write(const DocumentContent& document, std::string& text) { return write_cyclonedx(document, "1.7", text); }

Status write_index(const IndexContent& index, std::string& text) { return write_cyclonedx_index(index, "1.7", text); }

}  // namespace

const Format& cyclonedx_json_1_7() {
  static constexpr Format format{.name = "cyclonedx-json@1.7",
                                 .media_type = "application/vnd.cyclonedx+json",
                                 .predicate_type = "https://cyclonedx.org/bom",
                                 .write = write,
                                 .write_index = write_index};
  return format;
}

}  // namespace supply::sbom::formats
