// SPDX 3.0.1 in JSON-LD.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/content/sbom/format.hpp"
#include "libsupply/content/sbom/internal/index_documents.hpp"
#include "libsupply/content/sbom/internal/spdx.hpp"
#include "libsupply/content/sbom/internal/spdx3.hpp"
#include "libsupply/content/sbom/internal/spdx_read.hpp"

namespace supply::sbom::formats {
namespace {

template <class Content>
Status write(const Content& content, std::string& text) {
  SUPPLY_TRY(const json::Value root, spdx_value(content));
  text = spdx3_of_spdx(root);
  return {};
}

bool detect(const RawDocument& document) { return document.value != nullptr && is_spdx3(*document.value); }

Result<ParsedSbom> read(const RawDocument& document) {
  SUPPLY_TRY(const json::Value root, spdx_of_spdx3(*document.value, document.bytes).at("SPDX 3"));
  return read_spdx_value(root, document.bytes, SpdxForm::translated);
}

}  // namespace

const Format& spdx3_json() {
  static constexpr Format format{.name = "spdx3-json",
                                 .media_type = "application/spdx+json",
                                 .predicate_type = "https://spdx.dev/Document",
                                 .write = write<DocumentContent>,
                                 .write_index = write<IndexContent>,
                                 .detect = detect,
                                 .read = read};
  return format;
}

}  // namespace supply::sbom::formats
