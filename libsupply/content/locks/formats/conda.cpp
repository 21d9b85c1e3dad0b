// Lock files of conda: conda-lock.yml, pixi.lock (versions 4 to 6), and lists of addresses under "@EXPLICIT".
// Source: conda-lock, conda_lock/lockfile/v1/models.py; prefix.dev, "The pixi.lock file"; docs.conda.io, "Building
// identical conda environments".
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) {
  const std::string_view name = base_name(path);
  return name == "conda-lock.yml" || name.ends_with(".conda-lock.yml") || name == "pixi.lock" ||
         (name.starts_with("conda-") && name.ends_with(".lock"));
}

struct CondaFile {
  std::string channel, subdir, name, version, build, type;
};

// Of "https://conda.anaconda.org/conda-forge/linux-64/zlib-1.3.1-hb9d3cd8_2.conda".
std::optional<CondaFile> conda_file(std::string_view url) {
  const auto parts = split(url.substr(0, url.find('#')), '/');
  if (parts.size() < 4) return std::nullopt;
  CondaFile out;
  std::string file(parts[parts.size() - 1]);
  for (const std::string_view type : {"conda", "tar.bz2"})
    if (file.ends_with("." + std::string(type))) {
      out.type = type;
      file.resize(file.size() - type.size() - 1);
      break;
    }
  const std::size_t build = file.rfind('-');
  const std::size_t version = build == std::string::npos || build == 0 ? build : file.rfind('-', build - 1);
  if (out.type.empty() || version == std::string::npos) return std::nullopt;
  out.build = file.substr(build + 1);
  out.version = file.substr(version + 1, build - version - 1);
  out.name = file.substr(0, version);
  out.subdir = parts[parts.size() - 2];
  out.channel = parts[parts.size() - 3];
  return out;
}

std::map<std::string, std::string> qualifiers_of(const CondaFile& file) {
  return {{"build", file.build}, {"channel", file.channel}, {"subdir", file.subdir}, {"type", file.type}};
}

class Reader {
 public:
  Reader(const Document& document, LockBuilder& out) : document_(document), out_(out) {}

  Status read() {
    for (const std::string list : {"package", "packages"}) {  // of conda-lock, and of pixi
      const json::Value& packages = elements(document_.root(), list);
      for (std::size_t i = 0; i < packages.size(); ++i)
        SUPPLY_TRY(add(packages[i], document_.span_of("/" + list + "/" + std::to_string(i))));
    }
    return relate();
  }

 private:
  Status add(const json::Value& package, const Span& span) {
    const bool is_pip =
        text_in(package, "manager") == "pip" || text_in(package, "kind") == "pypi" || !text_in(package, "pypi").empty();
    std::string url;
    for (const char* key : {"url", "conda", "pypi"})
      if (url.empty()) url = text_in(package, key);
    std::string name = text_in(package, "name"), version = text_in(package, "version"),
                platform = text_in(package, "platform");
    std::size_t entry = 0;
    if (is_pip) {
      if (name.empty()) return wrong_at(span, "a package without a name");
      SUPPLY_TRY(entry, out_.add(python_name(name), version, span));
      SUPPLY_TRY(out_.say_type(entry, "pypi", "", python_name(name)));
    } else {
      const auto file = conda_file(url);
      if (name.empty() && file) name = file->name;
      if (version.empty() && file) version = file->version;
      SUPPLY_TRY(entry,
                 out_.add(name, version, span, file ? qualifiers_of(*file) : std::map<std::string, std::string>()));
      if (platform.empty() && file) platform = file->subdir;
    }
    out_.from_registry(entry, url);
    for (const char* algorithm : {"md5", "sha256"}) {
      std::string hash = text_in(members(package, "hash"), algorithm);
      if (hash.empty()) hash = text_in(package, algorithm);
      if (!hash.empty()) out_.hash(entry, algorithm, hash);
    }
    const std::string category = text_in(package, "category");
    if (!category.empty()) out_[entry].scope = category == "main" ? pkg::Scope::runtime : pkg::Scope::development;
    const std::string kind = is_pip ? "pip" : "conda";
    // Names mean what the same platform has; what is for no platform serves all.
    by_name_[{platform, kind, to_lower(out_[entry].name)}] = entry;
    added_.push_back({entry, platform, kind, &package});
    return {};
  }

  Status relate() {
    for (const Added& each : added_) {
      std::vector<std::string> wanted;
      for (const auto& [name, range] : members(*each.package, "dependencies").items()) wanted.push_back(name);
      for (const char* key : {"depends", "requires_dist"})
        for (const json::Value& one : elements(*each.package, key))
          if (one.is_string()) wanted.push_back(one.get<std::string>());
      for (const std::string& text : wanted) {
        const std::string name = each.kind == "pip" ? python_requirement_name(text)
                                                    : to_lower(text.substr(0, text.find_first_of(" \t<>=!~[")));
        for (const std::string& platform : {each.platform, std::string("noarch")})
          if (const auto to = by_name_.find({platform, each.kind, name}); to != by_name_.end()) {
            SUPPLY_TRY(out_.depend(each.entry, to->second));
            break;
          }
      }
    }
    return {};
  }

  struct Added {
    std::size_t entry;
    std::string platform, kind;
    const json::Value* package;
  };
  const Document& document_;
  LockBuilder& out_;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> by_name_;
  std::vector<Added> added_;
};

// Lines "ADDRESS#MD5" or "ADDRESS#sha256:…".
Result<LockFile> read_explicit(std::string_view text) {
  LockBuilder out("conda");
  for (const SpannedLine& line : spanned_lines(text)) {
    const std::string_view content = trim(line.text);
    if (content.empty() || content.starts_with('#') || content.starts_with('@')) continue;
    const auto file = conda_file(content);
    if (!file) {
      out.unread(line.span, "not the address of a package: " + quote(content));
      continue;
    }
    SUPPLY_TRY(const std::size_t entry, out.add(file->name, file->version, line.span, qualifiers_of(*file)));
    const std::size_t mark = content.find('#');
    out.from_registry(entry, content.substr(0, mark));
    if (mark == std::string_view::npos) continue;
    const std::string_view hash = content.substr(mark + 1);
    if (hash.starts_with("sha256:")) out.hash(entry, "sha256", hash.substr(7));
    else out.hash(entry, "md5", hash);
  }
  return std::move(out).finish();
}

Result<LockFile> read(std::string_view text) {
  if (text.find("@EXPLICIT") != std::string_view::npos && is_utf8(text)) return read_explicit(text);
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  if (Status status = document.check_arrays({"package", "packages"}); !status) return std::move(status).error();
  const json::Value* version = json::find(document.root(), "version");
  if (version == nullptr) return wrong_at({}, "no version of the format");
  LockBuilder out("conda");
  SUPPLY_TRY(Reader(document, out).read());
  return std::move(out).finish();
}

constexpr Manifest kManifests[] = {{"pixi.toml"}};

}  // namespace

namespace formats {
const Format& conda() {
  static const Format format = {"conda", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
