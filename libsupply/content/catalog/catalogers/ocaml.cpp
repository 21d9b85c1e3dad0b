// OCaml packages that are installed in switches of opam: .opam-switch/switch-state lists them,
// packages/NAME.VERSION/opam describes each. Others are libraries that findlib finds by their META.
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/findlib_meta.hpp"
#include "libsupply/content/catalog/internal/opam_switch.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kState = ".opam-switch/switch-state";

bool wants_state(std::string_view path) { return is_or_ends_with(path, kState); }
bool wants_opam(std::string_view path) {
  return base_name(path) == "opam" && is_or_ends_with(directory_of(directory_of(path)), ".opam-switch/packages");
}

constexpr Select kStateSelects[] = {{Select::By::name, "switch-state"}};
constexpr Select kOpamSelects[] = {{Select::By::name, "opam"}};
constexpr PathCollector kStates(
    {.name = "ocaml", .selects = kStateSelects, .wants = wants_state, .limit = kMaxPackageMetadataBytes});
constexpr PathCollector kOpams(
    {.name = "ocaml-opam", .selects = kOpamSelects, .wants = wants_opam, .limit = kMaxPackageMetadataBytes});
constexpr Select kMetaSelects[] = {{Select::By::name, "META"}};
constexpr PathCollector kMetas(
    {.name = "ocaml-findlib", .selects = kMetaSelects, .wants = is_findlib_meta, .limit = kMaxPackageMetadataBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kStates, &kOpams, &kMetas}; }

// Libraries outside the switches, all of which opam lists.
Status read_findlib(const Context& context, const std::set<std::string, std::less<>>& switches,
                    DescribedPackages& packages) {
  for (const rootfs::CollectedFile& file : context.tree.collected(kMetas.name())) {
    const std::string_view directory = directory_of(file.file.path);
    SUPPLY_TRY(context.share.spend(Cost::steps, directory.size()));
    std::string_view above = directory;
    while (!above.empty() && !switches.contains(above)) above = directory_of(above);
    if (switches.contains(above)) continue;
    SUPPLY_TRY(packages.read(file, std::string(directory_of(directory)),
                             [&](std::string_view text) { return parse_findlib_meta(text, base_name(directory)); }));
  }
  return {};
}

Status read(const Context& context, pkg::Inventory& catalog) {
  const Contents opams(context.tree, kOpams.name());
  DescribedPackages packages(context, "ocaml", catalog, DescribedPackages::Elsewhere::no);
  std::set<std::string, std::less<>> switches;
  for (const rootfs::CollectedFile& file : context.tree.collected(kStates.name())) {
    const std::string place(directory_of(file.file.path));
    switches.emplace(directory_of(place));
    if (file.content == kOverLimit) {
      SUPPLY_TRY(packages.add_unknown(file.file.path, "longer than is read"));
      continue;
    }
    SUPPLY_TRY(context.share.spend(Cost::steps, 20 + file.content.size() / 4));
    SUPPLY_TRY(context.share.spend(Cost::memory, 16 * file.content.size()));
    const auto installed = parse_switch_state(file.content);
    if (!installed) {
      SUPPLY_TRY(packages.add_unknown(file.file.path, installed.error().message()));
      continue;
    }
    for (const std::string& name : *installed) {
      SUPPLY_TRY(context.share.spend(Cost::steps, 20 + place.size() / 8));
      // A package without its description is installed all the same.
      const auto opam = opams.find(place + "/packages/" + name + "/opam");
      SUPPLY_TRY(packages.read_one(opam.value_or(rootfs::CollectedFile{file.file, {}}), place,
                                   [&](std::string_view text) { return parse_opam(text, name); }));
    }
  }
  SUPPLY_TRY(read_findlib(context, switches, packages));
  return packages.finish();
}

}  // namespace

const Cataloger& ocaml() {
  static constexpr std::string_view kTypes[] = {"opam"};
  static constexpr Cataloger cataloger{.name = "ocaml", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
