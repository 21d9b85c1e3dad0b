// A machine learning model's particulars as one line of text, for formats that have no members for them. Pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/content/pkg/model.hpp"

namespace supply::sbom {

/// How such a line begins in an annotation.
inline constexpr std::string_view kModelWords = "machine learning model: ";

/// {"architecture":"llama","format":"gguf"}
std::string to_text(const pkg::Model& model);
/// Nothing where it is no such text.
std::optional<pkg::Model> model_from_text(std::string_view text);

}  // namespace supply::sbom
