// Packages of Nim that nimble installed, in .nimble and in a project's nimbledeps.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/nimble_package.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool wants_meta(std::string_view path) { return nimble_place(path).has_value(); }
bool wants_own(std::string_view path) {
  return nimble_place(std::string(directory_of(path)) + "/nimblemeta.json").has_value();
}

constexpr Select kMetaSelects[] = {{Select::By::name, "nimblemeta.json"}};
constexpr Select kOwnSelects[] = {{Select::By::suffix, ".nimble"}};
constexpr PathCollector kMetas(
    {.name = "nim", .selects = kMetaSelects, .wants = wants_meta, .limit = kMaxPackageMetadataBytes});
constexpr PathCollector kOwn(
    {.name = "nim-package", .selects = kOwnSelects, .wants = wants_own, .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kMetas, &kOwn}; }

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "nim", catalog, DescribedPackages::Elsewhere::yes);
  const Contents own(context.tree, kOwn.name());
  for (const rootfs::CollectedFile& file : context.tree.collected(kMetas.name())) {
    const auto place = nimble_place(file.file.path);
    if (!place) continue;
    const std::string directory(directory_of(file.file.path));
    const auto stated = own.find(directory + "/" + place->name + ".nimble");
    if (stated && stated->content == kOverLimit)
      SUPPLY_TRY(packages.add_unknown(stated->file.path, "longer than is read"));
    const std::string_view own_text = stated && stated->content != kOverLimit ? stated->content : std::string_view();
    constexpr std::uint64_t kMemoryPerByte = 16;  // a requirement "a" is a string
    const std::uint64_t memory = kMemoryPerByte * own_text.size();
    SUPPLY_TRY(context.share.spend(Cost::steps, own_text.size() / 4));
    SUPPLY_TRY(context.share.spend(Cost::memory, memory));
    SUPPLY_TRY(packages.read_one(file, std::string(directory_of(directory)), [&](std::string_view text) {
      auto one = parse_nimble_meta(text, *place);
      if (one) add_nimble_file(own_text, *one);
      return one;
    }));
    context.share.give_back(Cost::memory, memory);
  }
  return packages.finish();
}

}  // namespace

const Cataloger& nim() {
  // The purl-spec has no type for them: they are generic packages, which are not compared.
  static constexpr Cataloger cataloger{.name = "nim", .types = {}, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
