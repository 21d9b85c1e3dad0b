// SPDX 2 in tag-value form, to and from its JSON form: both say the same. Source: SPDX 2.3, 5 to 12 ("Tag-value
// format"), and the examples of spdx-spec.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::sbom {

/// Whether a text begins as a document in tag-value form does.
bool is_tag_value(std::string_view text);
/// The document in JSON form. Errors: malformed (a tag that SPDX does not have, a text without end), limit_exceeded.
Result<nlohmann::json> json_of_tag_value(std::string_view text);
/// The document in tag-value form. No value of `root` can make a tag: line ends become spaces where a value has one
/// line, and an end of text within a text is broken.
std::string tag_value_of_json(const nlohmann::json& root);

}  // namespace supply::sbom
