// Homebrew's formulae: Cellar/NAME/VERSION, a directory for each version that is installed (a keg).
#include <algorithm>
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/brew_receipt.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/directories.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kReceipt = "INSTALL_RECEIPT.json";
// Source: Homebrew's documentation, "Installation": the prefixes.
constexpr std::string_view kCellars[] = {"home/linuxbrew/.linuxbrew/Cellar", "opt/homebrew/Cellar", "usr/local/Cellar"};

std::string keep_formula(std::string bytes, bool) { return reduce_formula(bytes); }

bool is_in_keg(std::string_view path) { return base_name(directory_of(directory_of(directory_of(path)))) == "Cellar"; }

bool is_formula(std::string_view path) {
  const std::string_view directory = directory_of(path);
  return base_name(directory) == ".brew" && is_in_keg(directory) && path.ends_with(".rb");
}

constexpr Select kReceiptSelects[] = {{Select::By::name, kReceipt}};
constexpr Select kFormulaSelects[] = {{Select::By::directory, ".brew"}};
constexpr PathCollector kReceipts(
    {.name = "brew", .version = 2, .selects = kReceiptSelects, .wants = is_in_keg, .limit = kMaxPackageMetadataBytes});
constexpr PathCollector kFormulae({.name = "brew-formula",
                                   .selects = kFormulaSelects,
                                   .wants = is_formula,
                                   .limit = kMaxPackageMetadataBytes,
                                   .reduce = keep_formula});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kReceipts, &kFormulae}; }

// What is kept of one keg.
struct Keg {
  std::optional<rootfs::CollectedFile> receipt, formula;
  std::string_view receipt_text() const { return receipt ? receipt->content : std::string_view(); }
  std::string_view formula_text() const { return formula ? formula->content : std::string_view(); }
};

Status pay_for(const Context& context, const Keg& keg, std::size_t name_bytes) {
  const std::size_t bytes = keg.receipt_text().size() + keg.formula_text().size();
  SUPPLY_TRY(context.share.spend(Cost::steps, 10 + bytes));
  return context.share.spend(Cost::memory, sizeof(DebPackage) + kPackageTableBytes +
                                               kCopiesOfIdentity * (name_bytes + keg.formula_text().size()) +
                                               memory_of_names(keg.receipt_text(), "}"));
}

// The directories of formulae (racks) in all Cellars, by their paths.
Result<std::map<std::string, std::string>> racks(const Context& context, const Contents& receipts) {
  std::set<std::string, std::less<>> cellars;
  for (const std::string_view path : kCellars) SUPPLY_TRY(add_directory_at(context, path, cellars));
  for (const rootfs::CollectedFile& receipt : receipts.all())
    cellars.emplace(directory_of(directory_of(directory_of(receipt.file.path))));
  SUPPLY_TRY(const auto found, directories_in(context, cellars));
  std::map<std::string, std::string> out;
  for (const auto& [cellar, directories] : found)
    for (const NamedDirectory& rack : directories)
      if (!rack.name.starts_with('.')) out.emplace(rack.file.path, rack.name);
  return out;
}

Status read(const Context& context, pkg::Inventory& catalog) {
  const Contents receipts(context.tree, kReceipts.name()), formulae(context.tree, kFormulae.name());
  SUPPLY_TRY(const auto names, racks(context, receipts));
  std::set<std::string, std::less<>> paths;
  for (const auto& [path, name] : names) paths.insert(path);
  SUPPLY_TRY(const auto kegs, directories_in(context, paths));
  PackageMemory made(context.share);
  std::vector<DebPackage> packages;
  for (const auto& [rack, directories] : kegs) {
    for (const NamedDirectory& directory : directories) {
      // Source: Homebrew, rack.subdirs without .DS_Store and .reinstall directories of an interrupted run.
      if (directory.name.starts_with('.')) continue;
      const std::string& name = names.at(rack);
      const std::string& place = directory.file.path;
      const Keg keg{receipts.find(place + "/" + std::string(kReceipt)),
                    formulae.find(place + "/.brew/" + name + ".rb")};
      SUPPLY_TRY(pay_for(context, keg, name.size() + directory.name.size()));
      auto package = describe_keg(name, directory.name, keg.receipt_text(), keg.formula_text());
      const std::string location = keg.receipt ? keg.receipt->file.path : place;
      if (!package) {
        SUPPLY_TRY(context.add(pkg::KnownUnknown{"brew", location, package.error().message()}, catalog));
        package = describe_keg(name, directory.name, {}, {});
      }
      if (!package) continue;
      package->package.location = location;
      package->package.layer = context.layer_of(keg.receipt ? keg.receipt->file : directory.file);
      packages.push_back(*std::move(package));
    }
  }
  SUPPLY_TRY(resolve_depends(packages, context.share));
  return add_all(context, made, std::move(packages), catalog);
}

}  // namespace

const Cataloger& brew() {
  static constexpr std::string_view kTypes[] = {"brew"};
  static constexpr Cataloger cataloger{.name = "brew", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
