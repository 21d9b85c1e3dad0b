// CycloneDX as JSON: read in all versions, written as 1.6. Source: https://cyclonedx.org/docs/1.7/json/
#include "libsupply/content/sbom/format.hpp"
#include "libsupply/content/sbom/internal/cyclonedx.hpp"
#include "libsupply/content/sbom/internal/cyclonedx_read.hpp"
#include "libsupply/content/sbom/internal/index_documents.hpp"

namespace supply::sbom::formats {
namespace {

Status write(const DocumentContent& document, std::string& text) { return write_cyclonedx(document, "1.6", text); }

Status write_index(const IndexContent& index, std::string& text) { return write_cyclonedx_index(index, "1.6", text); }

}  // namespace

const Format& cyclonedx_json() {
  static constexpr Format format{.name = "cyclonedx-json",
                                 .media_type = "application/vnd.cyclonedx+json",
                                 .predicate_type = "https://cyclonedx.org/bom",
                                 .write = write,
                                 .write_index = write_index,
                                 .detect = is_cyclonedx,
                                 .read = read_cyclonedx};
  return format;
}

}  // namespace supply::sbom::formats
