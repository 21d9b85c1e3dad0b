#include "libsupply/content/source/source_tree.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::source {
namespace {

constexpr std::string_view kCollector = "lock-files";

// The first directory of the path in which lie other people's sources, with their own lock files; empty: none.
std::string_view installed_directory(std::string_view path) {
  constexpr std::string_view kNames[] = {
      "node_modules", "vendor",      ".venv",         "venv", "site-packages",   ".tox",
      ".nox",         "__pycache__", "dist-packages", "Pods", "bower_components"};
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = path.find('/', begin);
    if (end == std::string_view::npos) return {};
    const std::string_view name = path.substr(begin, end - begin);
    if (std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames)) return path.substr(0, end);
    begin = end + 1;
  }
  return {};
}

bool is_read(std::string_view path) { return locks::format_of(path) != nullptr || locks::is_manifest(path); }

class LockCollector final : public rootfs::Collector {
 public:
  std::string_view name() const override { return kCollector; }
  int version() const override { return 1; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view /*head*/) const override {
    if (file.size > kMaxLockFileBytes || !is_read(file.path) || !installed_directory(file.path).empty()) return nullptr;
    return rootfs::keep_whole(kMaxLockFileBytes);
  }
};

constexpr LockCollector kLockFiles;

class Reader {
 public:
  Reader(const io::Path& root, SourceTree& out, Share& share) : root_(root), out_(out), share_(share) {}

  Status read() {
    std::map<std::string, std::string_view> contents;
    for (const rootfs::CollectedFile& file : out_.tree.collected(kCollector)) contents[file.file.path] = file.content;
    std::set<std::string> others;  // directories in which lock files belong to what is installed there
    out_.tree.for_each([&](const rootfs::File& file) {
      if (file.type != rootfs::EntryType::file || locks::format_of(file.path) == nullptr) return;
      if (const std::string_view directory = installed_directory(file.path); !directory.empty())
        others.emplace(directory);
      else if (!contents.contains(file.path) && file.entry->size > kMaxLockFileBytes)
        unknown("locks", file.path, "larger than " + std::to_string(kMaxLockFileBytes) + " bytes");
    });
    for (const std::string& directory : others)
      out_.left_out.push_back(directory + ": the lock files of what is installed there");
    for (const auto& [path, content] : contents)
      if (const locks::Format* format = locks::format_of(path)) SUPPLY_TRY(read_lock(*format, path, content));
    while (!included_.empty()) {
      const Included next = std::move(included_.front());
      included_.pop_front();
      SUPPLY_TRY(read_included(next));
    }
    for (const auto& [path, format] : supplements_)
      if (!listing_.contains(std::string(directory_of(path))))
        unknown(format, path, "lists hashes alone: no file beside it says which packages are needed");
    for (const auto& [path, content] : contents) check_manifest(path, content);
    std::sort(out_.lock_files.begin(), out_.lock_files.end());
    return {};
  }

  bool found_any() const { return found_any_; }

 private:
  struct Included {
    const locks::Format* format;
    std::string from;
    locks::IncludedFile file;
  };

  void unknown(std::string_view cataloger, const std::string& path, const std::string& reason) {
    found_any_ = true;
    out_.inventory.unknowns.push_back({std::string(cataloger), path, reason});
  }

  Status read_lock(const locks::Format& format, const std::string& path, std::string_view content) {
    if (!read_.insert(path).second) return {};
    found_any_ = found_any_ || !format.of_build;
    auto lock = locks::read_lock(format, content);
    share_.earn(content.size());
    if (!lock) {
      unknown(format.name, path, lock.error().message());
      return {};
    }
    std::string_view fixes = directory_of(path);
    if (!format.below.empty() && base_name(fixes) == format.below) fixes = directory_of(fixes);
    locked_[format.name].insert(std::string(fixes));
    out_.lock_files.push_back(path);
    for (const locks::IncludedFile& each : lock->includes) included_.push_back({&format, path, each});
    if (!lock->lists_packages) {
      supplements_.emplace(path, format.name);
      return {};
    }
    listing_.emplace(directory_of(path));
    SUPPLY_TRY(const locks::Project project, locks::add_packages(format, path, *lock, share_, out_.inventory));
    if (out_.project.name.empty() && directory_of(path).empty()) out_.project = project;
    return {};
  }

  // A file of whatever name that another one includes.
  Status read_included(const Included& next) {
    std::string scratch;
    const std::string joined = std::string(directory_of(next.from)) + "/" + next.file.path;
    const auto path = clean_path(joined, scratch);
    const std::string place = "line " + std::to_string(next.file.line) + ": includes " + quote(next.file.path);
    const auto outside = [&]() -> Status {
      unknown(next.format->name, next.from, place + ", which is not in the directory");
      return {};
    };
    if (!path || next.file.path.starts_with('/') || next.file.path.find("://") != std::string::npos) return outside();
    const auto file = out_.tree.find(*path);
    if (!file || file->type != rootfs::EntryType::file) return outside();
    if (read_.contains(file->path)) return {};
    const auto content = io::read_file(root_ / file->path, kMaxLockFileBytes);
    if (!content) {
      unknown(next.format->name, next.from, place + ": " + content.error().message());
      return {};
    }
    return read_lock(*next.format, file->path, *content);
  }

  // A manifest asks for packages: which ones, only a lock file beside it or above it says.
  void check_manifest(const std::string& path, std::string_view content) {
    if (!locks::is_manifest(path)) return;
    found_any_ = true;
    const std::vector<std::string_view> wanted = locks::locks_wanted_by(path, content);
    if (wanted.empty()) return;
    for (std::string_view at = directory_of(path);; at = directory_of(at)) {
      for (const std::string_view format : wanted)
        if (const auto found = locked_.find(format); found != locked_.end() && found->second.contains(std::string(at)))
          return;
      if (at.empty()) break;
    }
    unknown("locks", path, "asks for packages, and no lock file says which (" + join(wanted, ", ") + ")");
  }

  const io::Path root_;
  SourceTree& out_;
  Share& share_;
  std::set<std::string> read_;
  std::deque<Included> included_;
  std::map<std::string_view, std::set<std::string>> locked_;  // by format, the directories that have one
  std::map<std::string, std::string_view> supplements_;       // paths of those that list no packages, and their formats
  std::set<std::string> listing_;                             // directories of those that do
  bool found_any_ = false;
};

void sort_all(pkg::Inventory& inventory) {
  std::stable_sort(inventory.packages.begin(), inventory.packages.end(),
                   [](const pkg::Package& a, const pkg::Package& b) { return (a <=> b) < 0; });
  auto& unknowns = inventory.unknowns;
  std::sort(unknowns.begin(), unknowns.end());
  unknowns.erase(std::unique(unknowns.begin(), unknowns.end()), unknowns.end());
  if (unknowns.size() <= kMaxKnownUnknowns) return;
  const std::size_t more = unknowns.size() - kMaxKnownUnknowns;
  unknowns.resize(kMaxKnownUnknowns);
  unknowns.push_back({"", "/", std::to_string(more) + " more could not be read"});
  std::sort(unknowns.begin(), unknowns.end());
}

// The tree's own packages, which catalogers take for installed ones: a manifest that is not below node_modules and the
// like is of what is made here, and not of what it needs.
std::vector<pkg::Package> take_own_packages(pkg::Inventory& inventory) {
  std::vector<pkg::Package> own;
  const auto is_own = [](const pkg::Package& package) {
    return locks::is_manifest(package.location) && installed_directory(package.location).empty();
  };
  std::copy_if(inventory.packages.begin(), inventory.packages.end(), std::back_inserter(own), is_own);
  std::erase_if(inventory.packages, is_own);
  return own;
}

}  // namespace

Result<SourceTree> read_source_tree(const io::Path& directory, rootfs::WithFileDigests digests,
                                    catalog::WithOwnedFiles files, Budget& budget) {
  rootfs::LayerRequest request;
  request.diff_id = rootfs::WithDiffId::no;
  request.file_digests = digests;
  request.collectors = catalog::collectors(files);
  request.collectors.push_back(&kLockFiles);
  SUPPLY_TRY(rootfs::DirectoryScan scanned, rootfs::scan_directory(directory, request, budget));
  auto scan = std::make_unique<rootfs::LayerScan>(std::move(scanned.scan));
  SUPPLY_TRY(rootfs::FileTree tree, rootfs::FileTree::merge({scan.get()}, budget));
  SUPPLY_TRY(pkg::Inventory inventory, catalog::read(tree, {}, budget, {}, files));
  for (pkg::Package& package : inventory.packages) package.introduced.reset();  // a directory has no layers
  SourceTree out{std::move(inventory), {}, {}, {}, std::move(scan), std::move(tree)};
  for (const std::string& path : scanned.omitted) out.left_out.push_back(path + ": of version control");
  for (const rootfs::UnreadPath& each : scanned.unread)
    out.inventory.unknowns.push_back({"directory", each.path, each.reason});
  const std::vector<pkg::Package> own = take_own_packages(out.inventory);
  const bool anything_installed = !out.inventory.packages.empty() || !out.inventory.unknowns.empty();
  Share share(budget);
  Reader reader(directory, out, share);
  SUPPLY_TRY(reader.read().at(quote(directory.string())));
  // Not every lock file names its project.
  for (const pkg::Package& each : own)
    if (out.project.name.empty() && directory_of(each.location).empty()) out.project = {each.name, each.version};
  SUPPLY_TRY(out.tree.complete().at(quote(directory.string())));
  if (!reader.found_any() && !anything_installed)
    return Error(ErrorCode::unsupported, quote(directory.string()) +
                                             ": no lock file, no manifest and nothing installed that Supply reads: "
                                             "what it needs is not known");
  std::sort(out.left_out.begin(), out.left_out.end());
  sort_all(out.inventory);
  return out;
}

}  // namespace supply::source
