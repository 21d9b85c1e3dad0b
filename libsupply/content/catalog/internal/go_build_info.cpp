#include "libsupply/content/catalog/internal/go_build_info.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <set>
#include <utility>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/go_build_settings.hpp"
#include "libsupply/content/catalog/internal/go_program.hpp"
#include "libsupply/content/catalog/internal/program_table.hpp"

namespace supply::catalog {
namespace {

constexpr std::size_t kAlign = kGoBuildInfoAlign;
constexpr std::size_t kHeaderBytes = kGoBuildInfoHeaderBytes;
constexpr std::size_t kFlagsAt = 15;  // behind the pointer size
constexpr unsigned kInlineStrings = 2;
// Source: mod.go: the module text is between two marks of 16 bytes.
constexpr std::size_t kMarkBytes = 16;

// Where the next aligned magic is, or the last block that is not whole.
std::size_t next_magic(std::string_view bytes, std::size_t at) {
  std::uint64_t magic = 0, word = 0;
  std::memcpy(&magic, kGoBuildInfoMagic.data(), sizeof magic);
  for (; at + kAlign <= bytes.size(); at += kAlign) {
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if (word == magic && bytes.substr(at).starts_with(kGoBuildInfoMagic)) break;
  }
  return at;
}

struct Reader {
  std::string_view bytes;
  std::size_t at = 0;
  bool ends_too_early = false;

  // A string with its length as a varint before it. Source: encoding/binary, Uvarint.
  std::optional<std::string_view> string(std::uint64_t limit) {
    std::uint64_t size = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at >= bytes.size()) {
        ends_too_early = true;
        return std::nullopt;
      }
      const auto byte = static_cast<unsigned char>(bytes[at++]);
      size |= std::uint64_t{byte & 0x7Fu} << shift;
      if ((byte & 0x80u) != 0) continue;
      if (size > limit) return std::nullopt;
      if (bytes.size() - at < size) {
        ends_too_early = true;
        return std::nullopt;
      }
      const std::string_view out = bytes.substr(at, static_cast<std::size_t>(size));
      at += out.size();
      return out;
    }
    return std::nullopt;
  }
};

// The module text between its marks.
std::string_view without_marks(std::string_view modules) {
  if (modules.size() <= 2 * kMarkBytes || modules[modules.size() - kMarkBytes - 1] != '\n') return {};
  return modules.substr(kMarkBytes, modules.size() - 2 * kMarkBytes);
}

constexpr char kFound = 'F', kOld = 'O', kTooLarge = 'L', kWithout = 'N', kCutOff = 'C', kPacked = 'U';

// Behind the headers of what UPX packed (ELF, PE and Mach-O). Source: UPX, src/conf.h: UPX_MAGIC_LE32; stub/src:
// l_info.
constexpr std::string_view kPackedMagic = "UPX!";
constexpr std::size_t kPackedHeadBytes = 1024;

}  // namespace

GoBuildInfoSearch::Got GoBuildInfoSearch::read_candidate(std::string_view bytes) {
  if (bytes.size() <= kHeaderBytes) return Got::more;
  const auto flags = static_cast<unsigned char>(bytes[kFlagsAt]);
  if ((flags & kInlineStrings) == 0) {
    // Pointers of 4 or 8 bytes; anything else is the magic as a constant of a program that reads build information.
    const char pointer_size = bytes[kFlagsAt - 1];
    old_format_ = old_format_ || (flags <= 1 && (pointer_size == 4 || pointer_size == 8));
    return Got::no;
  }
  Reader reader{bytes, kHeaderBytes};
  const auto version = reader.string(kMaxGoVersionBytes);
  if (!version) {
    // Too long for a version; whether it is one shows in the bytes behind its length.
    if (reader.ends_too_early || bytes.size() - reader.at < kGoDevel.size()) return Got::more;
    too_large_ = too_large_ || is_go_version(bytes.substr(reader.at));
    return Got::no;
  }
  if (!is_go_version(*version)) return Got::no;
  const auto modules = reader.string(kMaxGoBuildInfoBytes);
  if (!modules) {
    too_large_ = too_large_ || !reader.ends_too_early;
    return reader.ends_too_early ? Got::more : Got::no;
  }
  found_.emplace(GoBuildInfo{std::string(*version), std::string(without_marks(*modules)), {}});
  pointed_ = {};
  return Got::yes;
}

void GoBuildInfoSearch::feed(std::string_view chunk) {
  if (head_.size() < kPackedHeadBytes) head_ += chunk.substr(0, kPackedHeadBytes - head_.size());
  linked_.feed(chunk);
  if (found_) return;
  pointed_.feed(chunk);
  if (!held_.empty() && held_.size() < kAlign) {  // a block that two chunks share; hardly one is the magic
    const std::size_t missing = std::min(kAlign - held_.size(), chunk.size());
    held_ += chunk.substr(0, missing);
    chunk.remove_prefix(missing);
    if (held_.size() < kAlign) return;
    if (!held_.starts_with(kGoBuildInfoMagic)) held_.clear();
  }
  const bool holds = !held_.empty();
  if (holds) held_ += chunk;
  const std::string_view bytes = holds ? std::string_view(held_) : chunk;
  std::size_t at = next_magic(bytes, 0);
  for (; at + kAlign <= bytes.size(); at = next_magic(bytes, at + kAlign)) {
    const Got got = read_candidate(bytes.substr(at));
    if (got == Got::yes) {
      held_.clear();
      return;
    }
    if (got == Got::more) break;
  }
  if (holds) {
    held_.erase(0, at);
  } else {
    held_ = bytes.substr(at);
  }
}

std::optional<std::string> GoBuildInfoSearch::finish() {
  // What is held began as build information and is cut off; a true one may be behind it.
  const std::string held = std::exchange(held_, {});
  for (std::size_t at = 0; !found_ && (at = next_magic(held, at)) + kAlign <= held.size(); at += kAlign) {
    (void)read_candidate(std::string_view(held).substr(at));
  }
  if (const auto pointed = found_ || too_large_ ? std::nullopt : pointed_.finish())
    found_.emplace(GoBuildInfo{pointed->version, std::string(without_marks(pointed->modules)), {}});
  if (found_) {
    const std::string linked = linked_.finish();
    return kFound + found_->go_version + (linked.empty() ? "" : "\t" + linked) + "\n" + found_->modules;
  }
  if (too_large_) return std::string(1, kTooLarge);
  if (old_format_) return std::string(1, kOld);
  if (head_.find(kPackedMagic) != std::string::npos) return std::string(1, kPacked);
  if (pointed_.is_cut_off()) return std::string(1, kCutOff);
  (void)linked_.finish();
  const std::string version = linked_.go_version();
  return version.empty() ? std::nullopt : std::optional(kWithout + version + "\n");
}

Result<GoBuildInfo> go_build_info_from_record(std::string_view record) {
  const std::size_t newline = record.find('\n');
  if (record.starts_with(kOld)) {
    return Error(ErrorCode::unsupported, "Go build information of before Go 1.18 whose texts are not found");
  }
  if (record.starts_with(kTooLarge)) {
    return Error(ErrorCode::limit_exceeded,
                 "Go build information of more than " + std::to_string(kMaxGoBuildInfoBytes) + " bytes");
  }
  if (record.starts_with(kPacked))
    return Error(ErrorCode::unsupported, "a program that UPX packed: what it was built from is not read");
  if (record.starts_with(kCutOff)) return Error(ErrorCode::malformed, "a Go program that is cut off");
  if ((!record.starts_with(kFound) && !record.starts_with(kWithout)) || newline == std::string_view::npos) {
    return Error(ErrorCode::malformed, "Go build information record");
  }
  const std::string_view first = record.substr(1, newline - 1);
  const std::size_t tab = std::min(first.find('\t'), first.size());
  return GoBuildInfo{std::string(first.substr(0, tab)), std::string(record.substr(newline + 1)),
                     std::string(first.substr(std::min(tab + 1, first.size()))), record.starts_with(kFound)};
}

namespace {

struct Module {
  std::string path, version, sum;
};

Module module_of(const std::vector<std::string_view>& words) {
  const auto word = [&](std::size_t i) { return i < words.size() ? std::string(words[i]) : std::string(); };
  return {word(1), word(2), word(3)};
}

Result<pkg::Package> package_of(const Module& module) {
  pkg::Package out;
  out.name = module.path;
  // "(devel)" says that the version is not known; nothing is made up in its place.
  out.version = module.version == "(devel)" ? "" : module.version;
  out.cataloger = "go";
  const std::size_t slash = module.path.rfind('/');
  const bool scoped = slash != std::string::npos && slash > 0 && slash + 1 < module.path.size();
  SUPPLY_TRY(out.purl, pkg::Purl::create({"golang",
                                          scoped ? module.path.substr(0, slash) : "",
                                          scoped ? module.path.substr(slash + 1) : module.path,
                                          out.version,
                                          {},
                                          ""}));
  // Source: golang.org/x/mod/sumdb/dirhash: h1 is SHA-256 over the sorted list of the files' hashes.
  if (module.sum.starts_with("h1:")) {
    const auto raw = from_base64(std::string_view(module.sum).substr(3));
    if (!raw || raw->size() != 32) return Error(ErrorCode::malformed, "module sum " + quote(module.sum));
    out.checksums.push_back({"sha256", to_hex(*raw)});
  }
  return out;
}

Result<pkg::Package> standard_library(std::string_view go_version) {
  pkg::Package out;
  out.name = "stdlib";
  out.cataloger = "go";
  // "go1.26.8", "go1.26.8 X:boringcrypto", "devel go1.27-abcdef Tue …"
  for (const std::string_view word : split(go_version, ' ')) {
    if (word.starts_with("go1")) {
      out.version = word;
      break;
    }
  }
  const std::string bare = out.version.empty() ? "" : out.version.substr(2);
  SUPPLY_TRY(out.purl, pkg::Purl::create({"golang", "", "stdlib", bare, {}, ""}));
  out.cpes = cpes_of("golang:go", bare);
  return out;
}

}  // namespace

Result<std::vector<pkg::Package>> parse_go_modules(const GoBuildInfo& info) {
  std::string program;
  std::optional<Module> main;
  std::vector<Module> dependencies;
  for (const std::string_view line : lines(info.modules)) {
    const auto words = split(line, '\t');
    if (words[0] == "path" && words.size() > 1) program = words[1];
    if (words[0] == "mod") main = module_of(words);
    if (words[0] == "dep") dependencies.push_back(module_of(words));
    if (words[0] == "=>") {
      // A replacement stands for what it follows; one that is a directory leaves the name and says no version.
      Module* replaced = !dependencies.empty() ? &dependencies.back() : main ? &*main : nullptr;
      if (replaced == nullptr) return Error(ErrorCode::malformed, "replacement of nothing");
      Module by = module_of(words);
      if (by.path.starts_with('.') || by.path.starts_with('/')) by.path = replaced->path;
      *replaced = std::move(by);
    }
  }
  // A program built from files instead of a package has no main module, or one of this name.
  constexpr std::string_view kFromFiles = "command-line-arguments";
  if (main && (main->path == kFromFiles || main->path.empty())) main.reset();
  // The programs of Go's distribution are of the standard library's version, and are no modules.
  const bool is_of_go = program.starts_with("cmd/");
  if (!main && !program.empty() && program != kFromFiles && !is_of_go) main = Module{program, "(devel)", ""};
  // Of a program that was built without modules its package is known: "k8s.io/kubernetes/cmd/kubectl".
  const std::string module_path = main ? main->path.substr(0, main->path.find("/cmd/")) : std::string();
  if (main && main->version == "(devel)") {
    const std::string version = go_version_of_build(info.modules, module_path, info.linked_version);
    if (!version.empty()) main->version = version;
  }

  std::vector<pkg::Package> out;
  if (main) {
    SUPPLY_TRY(pkg::Package package, package_of(*main));
    std::string_view version = package.version;
    if (version.starts_with('v')) version.remove_prefix(1);
    package.cpes = cpes_of(go_program_cpe(module_path), version.substr(0, version.find_first_of("+~")));
    out.push_back(std::move(package));
  }
  for (const Module& module : dependencies) {
    if (module.path.empty()) return Error(ErrorCode::malformed, "module without a path");
    SUPPLY_TRY(pkg::Package package, package_of(module));
    out.push_back(std::move(package));
  }
  SUPPLY_TRY(pkg::Package library, standard_library(info.go_version));
  out.push_back(std::move(library));
  if (main) {
    std::set<std::string> depends;
    for (const pkg::Package& package : out) {
      if (package.purl != out.front().purl) depends.insert(package.purl.to_string());
    }
    out.front().depends.assign(depends.begin(), depends.end());
  }
  return out;
}

}  // namespace supply::catalog
