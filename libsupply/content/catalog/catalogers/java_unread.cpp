// Java archives that Supply recognises and does not read: those behind a script or under a name of another kind, and
// modules to link a runtime from (jmod). Of what a package of the system owns, and of a JDK's own, nothing is said.
#include <map>
#include <set>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/java_archive.hpp"
#include "libsupply/content/catalog/internal/java_archive_search.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

constexpr std::string_view kZip = "PK\x03\x04";
constexpr std::string_view kModule("JM\x01\x00", 4);  // OpenJDK, jdk.internal.jmod.JmodFile

class Sink final : public rootfs::FileSink {
 public:
  explicit Sink(bool is_module) : is_module_(is_module) {}
  void feed(std::string_view chunk) override {
    if (!is_module_) search_.feed(chunk);
  }
  std::optional<std::size_t> held() const override { return 0; }
  Result<std::optional<std::string>> finish() override {
    if (is_module_) return std::optional<std::string>("module");
    return search_.found() ? std::optional<std::string>("archive") : std::nullopt;
  }

 private:
  JavaArchiveSearch search_;
  bool is_module_;
};

class Archives final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "java-unread"; }
  int version() const override { return 1; }
  std::span<const Select> selects() const override {
    static constexpr Select kSelects[] = {
        {Select::By::magic, kZip}, {Select::By::magic, "#!"}, {Select::By::magic, kModule}};
    return kSelects;
  }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    const bool is_module = head.starts_with(kModule);
    const bool is_read = is_java_archive(file.path, head) || begins_java_archive(head);
    if (is_read || !(is_module || head.starts_with(kZip) || head.starts_with("#!"))) return nullptr;
    return std::make_unique<Sink>(is_module);
  }
};
constexpr Archives kArchives;

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kArchives}; }

// JDK/jmods/java.base.jmod, beside JDK/release, which says what JDK it is.
Result<bool> is_of_jdk(const Context& context, std::string_view path) {
  const std::string_view directory = directory_of(path), above = directory_of(directory);
  if (base_name(directory) != "jmods") return false;
  SUPPLY_TRY(const auto release, context.find((above.empty() ? "" : std::string(above) + "/") + "release"));
  return release.has_value();
}

Status relate(const Context& context, pkg::Inventory& catalog) {
  std::map<std::string, std::string_view> found;
  std::set<std::string> paths;
  for (const rootfs::CollectedFile& file : context.tree.collected(kArchives.name())) {
    const std::string& path = file.file.path;
    SUPPLY_TRY(context.share.spend(Cost::memory, 4 * (sizeof path + path.size())));
    const bool is_module = file.content == "module";
    if (is_module) {
      SUPPLY_TRY(const bool of_jdk, is_of_jdk(context, path));
      if (of_jdk) continue;
    }
    found.emplace(path, is_module ? "a Java module (jmod), which Supply does not read"
                                  : "a Java archive that begins as none, which Supply does not read");
    paths.insert(path);
  }
  SUPPLY_TRY(const auto owned, owned_by_system(context, catalog, paths));
  for (const auto& [path, reason] : found)
    if (!owned.contains(path))
      SUPPLY_TRY(context.add(pkg::KnownUnknown{"java-unread", path, std::string(reason)}, catalog));
  return {};
}

}  // namespace

const Cataloger& java_unread() {
  static constexpr Cataloger cataloger{
      .name = "java-unread", .types = {}, .collectors = collectors, .read = nullptr, .relate = relate};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
