#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/opkg_database.hpp"

// A database that is written twice has each package twice; what is kept of a control file says the same as all of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string text(reinterpret_cast<const char*>(data), size);
  supply::Budget budget;
  supply::Share share(budget);
  const auto once = parse_opkg_status(text, share);
  const auto twice = parse_opkg_status(text + "\n\n" + text, share);
  if (!once || !twice) return 0;
  if (twice->packages.size() != 2 * once->packages.size() || twice->faults.size() != 2 * once->faults.size()) abort();
  supply::pkg::Package whole, reduced;
  whole.name = reduced.name = "x";
  const supply::Status all = describe_opkg(text, {}, whole);
  const supply::Status kept = describe_opkg(reduce_opkg_control(text), {}, reduced);
  if (bool(all) != bool(kept) || (all && whole.purl != reduced.purl) || whole.supplier != reduced.supplier) abort();
  for (const std::string_view path : parse_opkg_list(text))
    if (path.empty()) abort();
  return 0;
}
