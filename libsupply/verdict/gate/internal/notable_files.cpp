#include "libsupply/verdict/gate/internal/notable_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "libsupply/base/limits/policy_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/secrets/credential.hpp"
#include "libsupply/verdict/gate/internal/file_capabilities.hpp"

namespace supply::gate {

namespace {

constexpr std::string_view kPackageManagers[] = {
    "apk",  "apt",          "apt-get", "aptitude", "bundle",   "bundler", "cargo", "composer", "conda", "dnf",   "dnf5",
    "dpkg", "easy_install", "gem",     "mamba",    "microdnf", "npm",     "opkg",  "pacman",   "pip",   "pip2",  "pip3",
    "pipx", "pnpm",         "poetry",  "rpm",      "snap",     "tdnf",    "uv",    "yarn",     "yum",   "zypper"};
constexpr std::string_view kCompilers[] = {"as",     "c++",      "cc",     "clang", "clang++", "cpp",   "g++",
                                           "gcc",    "gfortran", "ghc",    "go",    "gofmt",   "javac", "ld",
                                           "ld.bfd", "ld.gold",  "ld.lld", "make",  "nasm",    "ninja", "ocamlc",
                                           "rustc",  "swiftc",   "tcc",    "tsc",   "yasm",    "zig"};
constexpr std::string_view kProgramDirectories[] = {
    "bin/", "sbin/", "usr/bin/", "usr/sbin/", "usr/local/bin/", "usr/local/sbin/", "usr/local/go/bin/", "opt/bin/"};
/// Names of files that hold credentials.
constexpr std::string_view kSecretNames[] = {
    ".npmrc",       ".netrc",       ".pypirc",     ".git-credentials", ".pgpass",          ".my.cnf",
    ".dockercfg",   "config.json",  "credentials", "kubeconfig",       ".htpasswd",        "secrets.yml",
    "secrets.yaml", "secrets.json", "secrets.env", ".terraformrc",     "credentials.json", "service-account.json"};
constexpr std::string_view kKeyStart = "-----BEGIN ";

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

template <std::size_t kCount>
bool is_one(const std::string_view (&known)[kCount], std::string_view name) {
  return std::find(std::begin(known), std::end(known), name) != std::end(known);
}

/// The name without a version behind it: "gcc-12", "python3.11" is none of a compiler's, "clang-15".
std::string_view without_version(std::string_view name) {
  const std::size_t end = name.find_last_not_of("0123456789.");
  if (end == std::string_view::npos || end + 1 == name.size()) return name;
  const std::string_view stem = name.substr(0, end + 1);
  return stem.ends_with('-') ? stem.substr(0, stem.size() - 1) : stem;
}

bool is_env_file(std::string_view name) {
  if (name != ".env" && !name.starts_with(".env.")) return false;
  for (const std::string_view example : {".example", ".sample", ".template", ".dist", ".defaults"})
    if (name.ends_with(example)) return false;
  return true;
}

bool is_in_program_directory(std::string_view path) {
  return std::any_of(std::begin(kProgramDirectories), std::end(kProgramDirectories), [&](std::string_view directory) {
    return path.starts_with(directory) && path.find('/', directory.size()) == std::string_view::npos;
  });
}

bool holds_credentials(std::string_view path) {
  const std::string_view name = name_of(path);
  if (name == "config.json") return path.ends_with(".docker/config.json");
  if (name == "credentials") return path.ends_with(".aws/credentials");
  if (name.ends_with(".tfvars") || is_env_file(name)) return true;
  if (path.ends_with(".kube/config")) return true;
  return is_one(kSecretNames, name);
}

/// Keeps a file until its end, then only what kind it is.
class CredentialSink : public rootfs::FileSink {
 public:
  explicit CredentialSink(std::string path) : path_(std::move(path)) {}
  void feed(std::string_view chunk) override {
    fed_ += chunk.size();
    if (bytes_.size() < kMaxCredentialFileBytes)
      bytes_.append(chunk.substr(0, kMaxCredentialFileBytes - bytes_.size()));
  }
  std::optional<std::size_t> held() const override { return bytes_.size(); }
  Result<std::optional<std::string>> finish() override {
    std::string found = credential_in(path_, bytes_);
    bytes_.clear();
    if (found.empty() && fed_ > kMaxCredentialFileBytes)
      found = fmt::format("secret: its {} bytes are too many to be looked through", fed_);
    if (found.empty()) return std::optional<std::string>();
    return std::optional(std::move(found));
  }

 private:
  std::string path_, bytes_;
  std::uint64_t fed_ = 0;
};

class Credentials final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "credentials"; }
  int version() const override { return 1; }
  std::span<const rootfs::Select> selects() const override {
    using By = rootfs::Select::By;
    static const std::vector<rootfs::Select> all = [] {
      std::vector<rootfs::Select> made{
          {By::magic, kKeyStart}, {By::prefix, ".env"}, {By::suffix, ".tfvars"}, {By::name, "config"}};
      for (const std::string_view name : kSecretNames) made.push_back({By::name, name});
      return made;
    }();
    return all;
  }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    if (!head.starts_with(kKeyStart) && !holds_credentials(file.path)) return nullptr;
    return std::make_unique<CredentialSink>(std::string(file.path));
  }
};

/// Where directories of programs lead that are links, themselves or above: "srv/tools" of "usr/local/bin".
std::set<std::string, std::less<>> linked_program_directories(const rootfs::FileTree& tree) {
  std::set<std::string, std::less<>> all;
  for (const std::string_view directory : kProgramDirectories) {
    const auto found = tree.find(directory.substr(0, directory.size() - 1));
    if (found && found->type == rootfs::EntryType::directory) all.insert(found->path);
  }
  return all;
}

std::string octal(std::uint32_t mode) { return fmt::format("mode {:04o}", mode & 07777); }

}  // namespace

const rootfs::Collector* credential_collector() {
  static const Credentials collector;
  return &collector;
}

std::string_view kind_by_name(std::string_view path) { return kind_in(path, is_in_program_directory(path)); }

std::string_view kind_in(std::string_view path, bool is_program) {
  const std::string_view name = name_of(path);
  if (name == ".git") return "git";
  if (is_env_file(name)) return "env";
  if (!is_program) return {};
  if (is_one(kPackageManagers, name) || is_one(kPackageManagers, without_version(name))) return "package-manager";
  const std::string_view stem = without_version(name);
  if (is_one(kCompilers, stem)) return "compiler";
  // A cross compiler: "x86_64-linux-gnu-gcc".
  if (const std::size_t dash = stem.rfind('-');
      dash != std::string_view::npos && stem.find("-linux-") != std::string_view::npos)
    if (is_one(kCompilers, stem.substr(dash + 1))) return "compiler";
  return {};
}

std::string credential_in(std::string_view path, std::string_view content) {
  if (content.starts_with(kKeyStart)) {
    const std::string_view line = content.substr(0, content.find('\n'));
    const std::size_t end = line.find("PRIVATE KEY");
    if (end != std::string_view::npos)
      return fmt::format("private-key: {}", quote(line.substr(kKeyStart.size(), end + 11 - kKeyStart.size())));
    if (!holds_credentials(path)) return {};
  }
  std::size_t number = 0;
  for (const std::string_view line : lines(content)) {
    ++number;
    if (const auto shape = secrets::secret_shape(line)) return fmt::format("secret: {} in line {}", *shape, number);
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    if (const auto kind = secrets::secret_variable(trim(line.substr(0, equals)), trim(line.substr(equals + 1))))
      return fmt::format("secret: {} in line {}", *kind, number);
  }
  return {};
}

std::optional<std::vector<policy::FileFact>> notable_files(const rootfs::FileTree& tree) {
  std::vector<policy::FileFact> all;
  const auto& layers = tree.layers();
  std::size_t most = 0;
  const auto add = [&](std::string_view kind, std::string_view path, std::uint32_t layer, std::string detail,
                       bool removed) {
    if (++most > kMaxNotableFiles) return;
    all.push_back({std::string(kind), escape_for_terminal(path), layers[layer]->blob, std::move(detail), removed});
  };
  const std::set<std::string, std::less<>> linked = linked_program_directories(tree);
  tree.for_each([&](const rootfs::File& file) {
    if (file.entry == nullptr) return;
    const std::uint32_t mode = file.entry->mode;
    const bool is_file = file.type == rootfs::EntryType::file;
    if (is_file && (mode & 06000) != 0) add("setuid", file.path, file.layer, octal(mode), false);
    if (is_file && !file.entry->target.empty())
      if (std::string capabilities = capabilities_text(file.entry->target); !capabilities.empty())
        add("setuid", file.path, file.layer, std::move(capabilities), false);
    const bool is_open =
        (mode & 02) != 0 && (is_file || (file.type == rootfs::EntryType::directory && (mode & 01000) == 0));
    if (is_open) add("world-writable", file.path, file.layer, octal(mode), false);
    const std::string_view kind =
        kind_in(file.path, is_in_program_directory(file.path) || linked.contains(directory_of(file.path)));
    if (!kind.empty()) add(kind, file.path, file.layer, {}, false);
  });
  // What is in a layer and not in the tree: by content, and of names only those that are no programs.
  for (std::uint32_t layer = 0; layer < layers.size(); ++layer) {
    const rootfs::LayerScan& scan = *layers[layer];
    const auto is_there = [&](std::string_view path, std::uint32_t entry) {
      const auto found = tree.find_unfollowed(path);
      return found && found->layer == layer && found->entry_index == entry;
    };
    for (const rootfs::Collected& one : scan.collected) {
      if (scan.collectors[one.collector] != credential_collector()->name()) continue;
      const std::size_t colon = one.content.find(": ");
      const std::string_view path = scan.entries[one.entry].path;
      add(one.content.substr(0, colon), path, layer, one.content.substr(colon + 2), !is_there(path, one.entry));
    }
    for (std::uint32_t i = 0; i < scan.entries.size(); ++i) {
      const rootfs::Entry& entry = scan.entries[i];
      // Docker and podman give the mode of a hard link's entry to the file that it is another name of; umoci does not.
      // Source: containers/storage and moby pkg/archive, handleLChmod.
      if (entry.type == rootfs::EntryType::hardlink && (entry.mode & 06002) != 0)
        for (const std::string_view name : {entry.path, entry.target}) {
          const auto found = tree.find_unfollowed(name);
          if (!found || found->type != rootfs::EntryType::file || found->entry == nullptr) continue;
          if (found->layer > layer || (found->layer == layer && found->entry_index > i)) continue;  // in its place
          const std::uint32_t more = entry.mode & ~found->entry->mode;
          if ((more & 06000) != 0) add("setuid", found->path, layer, octal(entry.mode), false);
          if ((more & 02) != 0) add("world-writable", found->path, layer, octal(entry.mode), false);
        }
      const std::string_view kind = kind_by_name(entry.path);
      if ((kind == "git" || kind == "env") && !is_there(entry.path, i)) add(kind, entry.path, layer, {}, true);
    }
  }
  if (most > kMaxNotableFiles) return std::nullopt;
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace supply::gate
