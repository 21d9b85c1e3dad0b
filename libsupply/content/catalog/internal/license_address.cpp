#include "libsupply/content/catalog/internal/license_address.hpp"

#include <array>
#include <string>
#include <utility>

#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

// An address of a version of the GPL or LGPL says nothing of later versions: those are not here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 26> kAddresses = {{
    {"apache.org/licenses/license-2.0", "Apache-2.0"},
    {"apache.org/licenses/license-1.1", "Apache-1.1"},
    {"opensource.org/licenses/apache-2.0", "Apache-2.0"},
    {"opensource.org/licenses/apache2.0", "Apache-2.0"},
    {"opensource.org/license/apache-2-0", "Apache-2.0"},
    {"repository.jboss.org/licenses/apache-2.0", "Apache-2.0"},
    {"opensource.org/licenses/mit", "MIT"},
    {"opensource.org/licenses/mit-license", "MIT"},
    {"opensource.org/license/mit", "MIT"},
    {"opensource.org/licenses/bsd-2-clause", "BSD-2-Clause"},
    {"opensource.org/licenses/bsd-3-clause", "BSD-3-Clause"},
    {"opensource.org/license/bsd-2-clause", "BSD-2-Clause"},
    {"opensource.org/license/bsd-3-clause", "BSD-3-Clause"},
    {"opensource.org/licenses/epl-1.0", "EPL-1.0"},
    {"opensource.org/licenses/epl-2.0", "EPL-2.0"},
    {"opensource.org/licenses/mpl-2.0", "MPL-2.0"},
    {"mozilla.org/mpl/2.0", "MPL-2.0"},
    {"mozilla.org/en-us/mpl/2.0", "MPL-2.0"},
    {"eclipse.org/legal/epl-v10", "EPL-1.0"},
    {"eclipse.org/org/documents/epl-v10", "EPL-1.0"},
    {"eclipse.org/legal/epl-2.0", "EPL-2.0"},
    {"eclipse.org/legal/epl-v20", "EPL-2.0"},
    {"eclipse.org/org/documents/edl-v10", "BSD-3-Clause"},
    {"eclipse.org/org/documents/epl-2.0", "EPL-2.0"},
    {"creativecommons.org/publicdomain/zero/1.0", "CC0-1.0"},
    {"unlicense.org", "Unlicense"},
}};

}  // namespace

std::string_view license_at(std::string_view address) {
  constexpr std::size_t kLongest = 128;
  if (address.size() > kLongest) return {};
  const std::string lower = to_lower(address);
  std::string_view rest = lower;
  for (const std::string_view begin : {"https://", "http://", "www."})
    if (rest.starts_with(begin)) rest.remove_prefix(begin.size());
  for (const std::string_view end : {"/", ".txt", ".html", ".htm", ".php"})
    if (rest.ends_with(end)) rest.remove_suffix(end.size());
  for (const auto& [known, identifier] : kAddresses)
    if (rest == known) return identifier;
  return {};
}

}  // namespace supply::catalog
