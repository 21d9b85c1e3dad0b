// What is installed in a switch of opam. Pure functions.
// Source: opam manual, "Common file format", "opam"; OpamFile.SwitchState.
#pragma once

#include <functional>
#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Calls with each text outside braces in a file of opam's format, and the field that it is in; what is in a section is
/// passed over. Views live during the call. False when the file ends within a text, a list or braces.
bool for_each_opam_text(std::string_view text,
                        const std::function<void(std::string_view field, std::string_view value)>& call);
/// "NAME.VERSION" of each package that a switch-state says is installed. Errors: malformed (it does not say).
Result<std::vector<std::string>> parse_switch_state(std::string_view text);
/// What the file `opam` of an installed package says. Errors: malformed ("NAME.VERSION" has no version).
Result<DescribedPackage> parse_opam(std::string_view text, std::string_view name_and_version);

}  // namespace supply::catalog
