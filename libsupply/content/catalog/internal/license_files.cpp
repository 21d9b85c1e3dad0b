#include "libsupply/content/catalog/internal/license_files.hpp"

#include <algorithm>
#include <array>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/expression.hpp"
#include "libsupply/content/license/texts.hpp"

namespace supply::catalog {
namespace {

using rootfs::Select;

constexpr std::array<std::string_view, 6> kNames = {"license", "licence",   "licenses",
                                                    "copying", "unlicense", "mit-license"};
constexpr std::array<std::string_view, 4> kTextSuffixes = {"txt", "md", "rst", "markdown"};

// "LICENSE", "license.txt", "LICENSE-MIT", "COPYING.LESSER", "LICENSE.BSD.md"; not "license.js", "licensing.py".
bool wants(std::string_view path) {
  if (path.starts_with("usr/share/doc/") || path.starts_with("usr/share/licenses/")) return false;  // no package's own
  std::string_view name = base_name(path);
  for (const std::string_view suffix : kTextSuffixes)
    if (name.size() > suffix.size() + 1 && to_lower(name).ends_with("." + std::string(suffix))) {
      name.remove_suffix(suffix.size() + 1);
      break;
    }
  const std::string lower = to_lower(name);
  const auto* begin = std::find_if(kNames.rbegin(), kNames.rend(), [&](std::string_view one) {
                        return lower.starts_with(one) && (lower.size() == one.size() || !is_alnum(lower[one.size()]));
                      }).base();
  if (begin == kNames.begin()) return false;
  const std::string_view rest = name.substr(begin[-1].size());
  return rest.empty() || rest[0] != '.' || std::none_of(rest.begin(), rest.end(), is_lower);
}

std::string keep_license(std::string bytes, bool complete) {
  return complete ? license::recognize_texts(bytes).to_string() : std::string();
}

constexpr Select kSelects[] = {{Select::By::prefix, "LICEN"},     {Select::By::prefix, "Licen"},
                               {Select::By::prefix, "licen"},     {Select::By::prefix, "COPYING"},
                               {Select::By::prefix, "Copying"},   {Select::By::prefix, "copying"},
                               {Select::By::prefix, "UNLICENSE"}, {Select::By::prefix, "MIT-LICENSE"}};
constexpr PathCollector kFiles({.name = "license-files",
                                .selects = kSelects,
                                .wants = wants,
                                .limit = kMaxLicenseTextBytes,
                                .reduce = keep_license});

// A link with such a name is not worth a second read of a layer.
class LicenseFiles final : public rootfs::Collector {
 public:
  std::string_view name() const override { return kFiles.name(); }
  int version() const override { return kFiles.version(); }
  std::span<const Select> selects() const override { return kFiles.selects(); }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    return head.empty() ? nullptr : kFiles.open(file, head);
  }
};
constexpr LicenseFiles kLicenseFiles;

// Of Python's packages they may be in a directory of their own. Source: PEP 639.
std::string_view package_of_licenses(std::string_view directory) {
  const std::string_view above = directory_of(directory);
  return base_name(directory) == "licenses" && above.ends_with(".dist-info") ? above : directory;
}

// The licences that a package names itself, by the texts that it gives for them: all of them, or nothing.
class OwnNames {
 public:
  explicit OwnNames(Share& share) : share_(share) {}

  Result<std::string> conclude(const pkg::Package& package) {
    if (package.license_texts.empty()) return std::string();
    const auto declared = license::Expression::parse(package.declared_license);
    if (!declared) return std::string();
    std::map<std::string, std::string, std::less<>> by_name;
    for (const std::string& name : declared->licenses()) {
      if (!license::is_license_ref(name)) continue;
      const auto text = package.license_texts.find(name);
      if (text == package.license_texts.end()) return std::string();
      SUPPLY_TRY(by_name[name], recognize(text->second));
      if (by_name[name].empty()) return std::string();
    }
    if (by_name.empty()) return std::string();
    const auto concluded = declared->renamed([&](std::string_view name) {
      const auto known = by_name.find(name);
      return known == by_name.end() ? std::string(name) : known->second;
    });
    return concluded.to_string();
  }

 private:
  // One licence, or "".
  Result<std::string> recognize(std::string_view text) {
    if (const auto known = known_.find(text); known != known_.end()) return known->second;
    SUPPLY_TRY(share_.spend(Cost::steps, 10 + text.size() / 8));
    SUPPLY_TRY(share_.spend(Cost::memory, 256));
    const std::vector<std::string> all = license::recognize_texts(text).licenses();
    return known_[text] = all.size() == 1 ? all.front() : std::string();
  }

  Share& share_;
  std::map<std::string_view, std::string> known_;  // by text
};

std::string directory_of_package(const pkg::Package& package) {
  for (const Cataloger* cataloger : all_catalogers())
    if (cataloger->name == package.cataloger && cataloger->directory != nullptr) return cataloger->directory(package);
  return {};
}

}  // namespace

const rootfs::Collector& license_files() { return kLicenseFiles; }

Status conclude_licenses(const Context& context, pkg::Inventory& catalog) {
  std::map<std::string_view, std::string_view> by_directory;  // "" for what is no one licence
  const std::vector<rootfs::CollectedFile> files = context.tree.collected(kFiles.name());
  for (const rootfs::CollectedFile& file : files) {
    SUPPLY_TRY(context.share.spend(Cost::steps, 2 + file.file.path.size() / 32));
    const auto [known, added] = by_directory.emplace(package_of_licenses(directory_of(file.file.path)), file.content);
    if (!added && known->second != file.content) known->second = {};
  }
  OwnNames own_names(context.share);
  for (pkg::Package& package : catalog.packages) {
    if (!package.concluded_license.empty()) continue;
    SUPPLY_TRY(package.concluded_license, own_names.conclude(package));
    const bool is_known = !package.declared_license.empty() && package.unread_licenses.empty();
    if (is_known || !package.concluded_license.empty()) continue;
    SUPPLY_TRY(context.share.spend(Cost::steps, 2));
    const auto found = by_directory.find(directory_of_package(package));
    if (found == by_directory.end() || found->second.empty()) continue;
    SUPPLY_TRY(context.share.spend(Cost::memory, 2 * found->second.size()));
    package.concluded_license = found->second;
  }
  return {};
}

}  // namespace supply::catalog
