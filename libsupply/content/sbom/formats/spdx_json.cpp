// SPDX 2.3 as JSON.
#include "libsupply/content/sbom/format.hpp"
#include "libsupply/content/sbom/internal/index_documents.hpp"
#include "libsupply/content/sbom/internal/spdx.hpp"
#include "libsupply/content/sbom/internal/spdx_read.hpp"

namespace supply::sbom::formats {

const Format& spdx_json() {
  static constexpr Format format{.name = "spdx-json",
                                 .media_type = "application/spdx+json",
                                 .predicate_type = "https://spdx.dev/Document",
                                 .write = write_spdx,
                                 .write_index = write_spdx_index,
                                 .detect = is_spdx,
                                 .read = read_spdx};
  return format;
}

}  // namespace supply::sbom::formats
