#include "libsupply/verdict/policy/internal/package_id.hpp"

#include <fmt/format.h>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pkg/purl.hpp"

namespace supply::policy {

std::string not_a_package_id(const std::string& id) {
  if (id.find_first_of("?#") != std::string::npos) {
    const auto purl = pkg::Purl::parse(id);
    if (purl && purl->to_string() != id) return " is not canonical: write " + quote(purl->to_string());
    return ": qualifiers and subpaths are not compared";
  }
  if (id.find('*') != std::string::npos)
    return id.starts_with("pkg:") ? "" : ": want a package URL, or a pattern of package URLs";
  const auto purl = pkg::Purl::parse(id);
  if (!purl) return ": " + purl.error().message();
  if (purl->to_string() != id) return " is not canonical: write " + quote(purl->to_string());
  return {};
}

}  // namespace supply::policy
