#include "tools/supply/predicate_file.hpp"

#include "libsupply/content/sbom/parsed_sbom.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "tools/common/input.hpp"

namespace supply::tools {

Result<Predicate> read_predicate(const std::string& path, const std::string& name) {
  SUPPLY_TRY(std::string text, read_input(path, "--predicate"));
  auto type = attest::predicate_type_for(name, text);
  if (type) return Predicate{std::move(text), *std::move(type)};
  // The user's own file is part of the command, whatever is wrong with it.
  if (const std::string_view form = sbom::other_form(text); !form.empty())
    return Error(ErrorCode::usage, "predicate: the document is " + std::string(form) +
                                       ": want a JSON object in UTF-8 (SPDX 2.x and CycloneDX have such a form)");
  return std::move(type).error();
}

}  // namespace supply::tools
