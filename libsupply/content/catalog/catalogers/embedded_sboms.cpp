// SBOMs that lie in the image: of Wolfi's and apko's packages (var/lib/db/sbom), Bitnami's components
// (opt/bitnami/**/.spdx-*.spdx), Docker's hardened images (.spdx.*.json), Python's wheels (PEP 770), vcpkg's ports, and
// Spring Boot's unpacked applications (META-INF/sbom), and programs that GraalVM made. Those in Java archives are read
// with the archives. They are what somebody says of packages: linked with those that
// were found, and never themselves a list of what is installed.
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/embedded_links.hpp"
#include "libsupply/content/catalog/internal/embedded_sbom.hpp"
#include "libsupply/content/catalog/internal/native_image_sbom.hpp"
#include "libsupply/content/catalog/internal/program_collector.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool wants(std::string_view path) {
  const std::string_view name = base_name(path), directory = directory_of(path);
  if (is_or_ends_with(directory, "var/lib/db/sbom") || is_or_ends_with(directory, "META-INF/sbom"))
    return name.ends_with(".json");
  if (base_name(directory) == "sboms") return base_name(directory_of(directory)).ends_with(".dist-info");
  if (name == "vcpkg.spdx.json") return base_name(directory_of(directory)) == "share";
  return (name.starts_with(".spdx-") && name.ends_with(".spdx")) ||
         (name.starts_with(".spdx.") && name.ends_with(".json"));
}

constexpr Select kSelects[] = {{Select::By::directory, "sbom"},
                               {Select::By::directory, "sboms"},
                               {Select::By::name, "vcpkg.spdx.json"},
                               {Select::By::prefix, ".spdx-"},
                               {Select::By::prefix, ".spdx."}};
constexpr PathCollector kDocuments({.name = "embedded-sboms",
                                    .selects = kSelects,
                                    .wants = wants,
                                    .limit = kMaxEmbeddedSbomBytes,
                                    .reduce = [](std::string bytes, bool complete) {
                                      return embedded_record(bytes, complete);
                                    }});

struct Search : NativeImageSbomSearch {
  Search() : NativeImageSbomSearch(kMaxEmbeddedSbomBytes) {}
};
constexpr ProgramCollector<Search> kNativeImages("native-images", 1);

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kDocuments, &kNativeImages}; }

Status relate(const Context& context, pkg::Inventory& catalog) {
  for (const std::string_view collector : {kDocuments.name(), kNativeImages.name()}) {
    for (const rootfs::CollectedFile& file : context.tree.collected(collector))
      SUPPLY_TRY(add_embedded(context, file.content, file.file.path, file.file, catalog));
  }
  return {};
}

}  // namespace

const Cataloger& embedded_sboms() {
  static constexpr Cataloger cataloger{
      .name = "embedded-sboms", .types = {}, .collectors = collectors, .read = nullptr, .relate = relate};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
