// Gemfile.lock and gems.locked. Source: bundler, lib/bundler/lockfile_parser.rb.
#include <map>
#include <optional>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) {
  const std::string_view name = base_name(path);
  return name == "Gemfile.lock" || name == "gems.locked" || name == "Gemfile.next.lock";
}

// "name" and what is in the parentheses of "name (1.0)".
std::pair<std::string, std::string> parted(std::string_view text) {
  const std::size_t open = text.find(" (");
  if (open == std::string_view::npos) return {std::string(trim(text)), ""};
  const std::size_t close = text.find(')', open);
  return {std::string(text.substr(0, open)), std::string(text.substr(open + 2, close - open - 2))};
}

class Reader {
 public:
  explicit Reader(LockBuilder& out) : out_(out) {}

  Status read(std::string_view text) {
    for (const SpannedLine& line : spanned_lines(text)) {
      if (trim(line.text).empty()) continue;
      if (line.text.starts_with("<<<<<<<") || line.text.starts_with("=======") || line.text.starts_with(">>>>>>>"))
        return wrong_at(line.span, "a merge conflict");
      SUPPLY_TRY(take(line));
    }
    for (const auto& [from, name] : wanted_) {
      const auto [first, last] = by_name_.equal_range(name);
      for (auto at = first; at != last; ++at) SUPPLY_TRY(out_.depend(from, at->second));
    }
    return {};
  }

 private:
  Status take(const SpannedLine& line) {
    const std::size_t indent = line.text.find_first_not_of(' ');
    const std::string_view content = line.text.substr(indent);
    if (indent == 0) {
      section_ = content;
      remote_ = revision_ = {};
      last_.reset();
      return {};
    }
    if (section_ == "CHECKSUMS" && indent == 2) return checksum(content, line.span);
    if (section_ != "GEM" && section_ != "GIT" && section_ != "PATH" && section_ != "PLUGIN SOURCE") return {};
    if (indent == 2) {
      if (content.starts_with("remote: ")) remote_ = content.substr(8);
      if (content.starts_with("revision: ")) revision_ = content.substr(10);
    } else if (indent == 4) {
      return add(content, line.span);
    } else if (indent == 6 && last_) {
      out_[*last_].span.end = line.span.end;
      wanted_.emplace_back(*last_, parted(content.substr(0, content.find('!'))).first);
    }
    return {};
  }

  Status add(std::string_view content, const Span& span) {
    auto [name, version] = parted(content);
    if (version.empty()) return wrong_at(span, "gem " + quote(name) + " has no version");
    std::map<std::string, std::string> qualifiers;
    const std::string full = version;
    if (const std::size_t dash = version.find('-'); dash != std::string::npos) {
      qualifiers["platform"] = version.substr(dash + 1);
      version.resize(dash);
    }
    SUPPLY_TRY(const std::size_t entry, out_.add(name, version, span, std::move(qualifiers)));
    last_ = entry;
    by_name_.emplace(name, entry);
    by_full_name_[name + " (" + full + ")"] = entry;
    if (section_ == "GIT") return out_.from_git(entry, remote_, revision_);
    if (section_ == "PATH") out_.from_path(entry, remote_);
    else out_.from_registry(entry, remote_);
    return {};
  }

  Status checksum(std::string_view content, const Span& span) {
    const std::size_t close = content.find(')');
    const auto entry = by_full_name_.find(std::string(content.substr(0, close + 1)));
    if (close == std::string_view::npos) return wrong_at(span, "want a gem with its version, and its checksum");
    if (entry == by_full_name_.end()) return {};
    for (const std::string_view each : split(trim(content.substr(close + 1)), ','))
      if (!trim(each).empty()) out_.hash(entry->second, trim(each));
    return {};
  }

  LockBuilder& out_;
  std::string section_, remote_, revision_;
  std::optional<std::size_t> last_;
  std::multimap<std::string, std::size_t> by_name_;
  std::map<std::string, std::size_t> by_full_name_;
  std::vector<std::pair<std::size_t, std::string>> wanted_;
};

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  LockBuilder out("gem");
  SUPPLY_TRY(Reader(out).read(text));
  return std::move(out).finish();
}

constexpr Manifest kManifests[] = {{"Gemfile"}, {"gems.rb"}};

}  // namespace

namespace formats {
const Format& bundler() {
  static const Format format = {"bundler", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
