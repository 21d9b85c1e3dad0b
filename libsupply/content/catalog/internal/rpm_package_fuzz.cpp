#include <cstdint>

#include "libsupply/content/catalog/internal/rpm_package.hpp"

// Headers, each with its length (two bytes) before it, as the packages of one database; or a manifest. What a package
// depends on is another one of them, and the order in which they come does not change it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  supply::Budget budget;
  supply::Share share(budget);
  const supply::pkg::OperatingSystem distribution{"fedora", "43", ""};
  (void)parse_rpm_manifest(rest, distribution, share);
  std::vector<RpmPackage> packages;
  Licensing licensing(share);
  while (rest.size() > 2) {
    const std::size_t length =
        std::size_t{static_cast<unsigned char>(rest[0])} * 256 + static_cast<unsigned char>(rest[1]);
    const auto header = RpmHeader::parse(rest.substr(2, length));
    rest.remove_prefix(std::min(rest.size(), 2 + length));
    if (!header) continue;
    (void)each_rpm_file(*header, [](std::string_view) { return supply::Status(); });
    auto package = read_rpm_package(*header, distribution, licensing, share);
    if (!package || !*package) continue;
    if (identity_of(*header) !=
        RpmIdentity{(*package)->package.name, (*package)->package.version, (*package)->package.architecture})
      __builtin_trap();
    packages.push_back(**std::move(package));
  }
  std::vector<RpmPackage> reversed(packages.rbegin(), packages.rend());
  const auto owners = required_rpm_paths(packages, share);
  if (!owners || !resolve_rpm_depends(packages, *owners, share) || !resolve_rpm_depends(reversed, *owners, share))
    return 0;
  for (std::size_t i = 0; i < packages.size(); ++i)
    if (packages[i].package.depends != reversed[packages.size() - 1 - i].package.depends) __builtin_trap();
  return 0;
}
