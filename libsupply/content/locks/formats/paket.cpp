// paket.lock. Source: fsprojects.github.io/Paket, "The paket.lock file"; Paket, src/Paket.Core/Versioning/LockFile.fs.
#include <map>
#include <optional>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "paket.lock"; }

class Reader {
 public:
  explicit Reader(LockBuilder& out) : out_(out) {}

  Status read(std::string_view text) {
    for (const SpannedLine& line : spanned_lines(text)) {
      const std::string_view content = trim(line.text);
      const std::size_t indent = line.text.find_first_not_of(' ');
      if (content.empty()) continue;
      if (indent == 0) SUPPLY_TRY(begin(content, line.span));
      else if (content.starts_with("remote: ")) remote_ = trim(content.substr(8));
      else if (indent <= 4) SUPPLY_TRY(add(content, line.span));
      else if (source_ == "NUGET" && last_)
        wanted_.emplace_back(*last_, to_lower(content.substr(0, content.find(' '))));
    }
    return end_group();
  }

 private:
  // A source, the name of a group, or an option of the group.
  Status begin(std::string_view content, const Span& span) {
    last_.reset();
    if (content.starts_with("GROUP ")) return end_group();
    const bool source = content == "NUGET" || content == "GITHUB" || content == "GIT" || content == "GIST" ||
                        content == "HTTP" || content == "CLITOOL";
    if (!source && content.find(": ") == std::string_view::npos)
      return wrong_at(span, "neither a source nor an option: " + quote(content));
    source_ = source ? content : std::string_view();
    return {};
  }

  // "Name (1.0) - restriction: …"; of GITHUB "path/in/repository (COMMIT)" or "(COMMIT)" alone.
  Status add(std::string_view content, const Span& span) {
    const std::size_t open = content.find('('), close = content.find(')', open);
    if (source_.empty() || open == std::string_view::npos || close == std::string_view::npos) {
      if (!content.starts_with("specs:")) out_.unread(span, "not a package with its version: " + quote(content));
      return {};
    }
    const std::string version(content.substr(open + 1, close - open - 1));
    if (source_ == "NUGET" || source_ == "CLITOOL") {
      SUPPLY_TRY(last_, out_.add(trim(content.substr(0, open)), version, span));
      out_.from_registry(*last_, remote_);
      here_[to_lower(out_[*last_].name)] = *last_;
      return {};
    }
    // A file or a repository that is taken as it is: it has a commit and no version.
    std::string_view name = remote_;
    while (name.ends_with('/')) name.remove_suffix(1);
    SUPPLY_TRY(const std::size_t entry, out_.add(name.substr(name.find_last_of("/:") + 1), "", span));
    SUPPLY_TRY(out_.say_type(entry, "generic", "", out_[entry].name));
    if (source_ == "HTTP") return out_.from_url(entry, remote_);
    return out_.from_git(entry, source_ == "GITHUB" ? "https://github.com/" + remote_ : remote_,
                         version.substr(0, version.find(' ')));
  }

  // Names mean what the group has.
  Status end_group() {
    for (const auto& [from, name] : wanted_)
      if (const auto to = here_.find(name); to != here_.end()) SUPPLY_TRY(out_.depend(from, to->second));
    wanted_.clear();
    here_.clear();
    source_ = {};
    return {};
  }

  LockBuilder& out_;
  std::string_view source_;
  std::string remote_;
  std::optional<std::size_t> last_;
  std::map<std::string, std::size_t> here_;
  std::vector<std::pair<std::size_t, std::string>> wanted_;
};

Result<LockFile> read(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  LockBuilder out("nuget");
  SUPPLY_TRY(Reader(out).read(text));
  return std::move(out).finish();
}

constexpr Manifest kManifests[] = {{"paket.dependencies"}};

}  // namespace

namespace formats {
const Format& paket() {
  static const Format format = {"paket", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
