// What an installed gem's specification says. It is a program in Ruby; RubyGems writes one that sets each attribute to
// literals, a statement a line, and only those are read. Pure function.
// Source: RubyGems, lib/rubygems/specification.rb (to_ruby, ruby_code) and stub_specification.rb.
#pragma once

#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Errors: malformed (no name or no version is said in literals, nor in RubyGems' comment "# stub:").
Result<DescribedPackage> parse_gemspec(std::string_view text);

}  // namespace supply::catalog
