#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/maven_pom.hpp"

namespace {

void check(const supply::catalog::MavenCoordinates& of) {
  using namespace supply::catalog;
  if ((!of.group.empty() && !is_maven_id(of.group)) || (!of.artifact.empty() && !is_maven_id(of.artifact)) ||
      (!of.version.empty() && !is_maven_version(of.version)))
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const MavenCoordinates stated = parse_pom_properties(text);
  check(stated);
  // What was read, written as Maven writes it, is read as the same.
  const std::string written =
      "artifactId=" + stated.artifact + "\ngroupId=" + stated.group + "\nversion=" + stated.version + "\n";
  if (parse_pom_properties(written) != stated) std::abort();
  if (const auto pom = parse_pom(text)) check(pom->coordinates);
  return 0;
}
