// SPDX 2.3 in tag-value form.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/content/sbom/format.hpp"
#include "libsupply/content/sbom/internal/index_documents.hpp"
#include "libsupply/content/sbom/internal/spdx.hpp"
#include "libsupply/content/sbom/internal/spdx_read.hpp"
#include "libsupply/content/sbom/internal/tag_value.hpp"

namespace supply::sbom::formats {
namespace {

template <class Content>
Status write(const Content& content, std::string& text) {
  SUPPLY_TRY(const json::Value root, spdx_value(content));
  text = tag_value_of_json(root);
  return {};
}

bool detect(const RawDocument& document) { return document.value == nullptr && is_tag_value(document.text); }

Result<ParsedSbom> read(const RawDocument& document) {
  SUPPLY_TRY(const json::Value root, json_of_tag_value(document.text).at("SPDX in tag-value form"));
  return read_spdx_value(root, document.bytes);
}

}  // namespace

const Format& spdx_tag_value() {
  static constexpr Format format{.name = "spdx-tag-value",
                                 .media_type = "text/spdx",
                                 .predicate_type = "",
                                 .write = write<DocumentContent>,
                                 .write_index = write<IndexContent>,
                                 .detect = detect,
                                 .read = read};
  return format;
}

}  // namespace supply::sbom::formats
