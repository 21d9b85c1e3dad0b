// packrat.lock of R: stanzas of "Key: value". Source: rstudio.github.io/packrat, "Limitations and Caveats"; packrat,
// R/lockfile.R.
#include <map>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "packrat.lock"; }

using Stanza = std::map<std::string, std::string>;

Status say_source(LockBuilder& out, std::size_t entry, Stanza& stanza) {
  const std::string& source = stanza["Source"];
  if (source == "github" || source == "gitlab" || source == "bitbucket")
    return out.from_git(entry,
                        "https://" + source + (source == "bitbucket" ? ".org/" : ".com/") + stanza["GithubUsername"] +
                            stanza["RemoteUsername"] + "/" + stanza["GithubRepo"] + stanza["RemoteRepo"],
                        stanza["GithubSha1"].empty() ? stanza["RemoteSha"] : stanza["GithubSha1"]);
  if (source == "source") out.from_path(entry, stanza["SourcePath"]);
  else out.from_registry(entry, source);
  return {};
}

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  LockBuilder out("cran");
  std::map<std::string, std::size_t> by_name;
  std::vector<std::pair<std::size_t, std::string>> wanted;
  Stanza stanza;
  Span span;
  std::string key;
  const auto end = [&]() -> Status {
    if (!stanza.contains("Package")) {
      stanza.clear();
      return {};  // the first stanza is about the file
    }
    SUPPLY_TRY(const std::size_t entry, out.add(stanza["Package"], stanza["Version"], span));
    by_name[stanza["Package"]] = entry;
    SUPPLY_TRY(say_source(out, entry, stanza));
    out.other_hash(entry, "packrat", stanza["Hash"]);
    for (const std::string_view name : split(stanza["Requires"], ',')) wanted.emplace_back(entry, trim(name));
    stanza.clear();
    return {};
  };
  for (const SpannedLine& line : spanned_lines(text)) {
    if (trim(line.text).empty()) {
      SUPPLY_TRY(end());
      continue;
    }
    if (stanza.empty()) span = line.span;
    span.end = line.span.end;
    if (line.text[0] == ' ' || line.text[0] == '\t') {
      if (key.empty()) return wrong_at(line.span, "a line that goes on, of no field");
      stanza[key].append(" ").append(trim(line.text));
      continue;
    }
    const std::size_t colon = line.text.find(':');
    if (colon == std::string_view::npos) return wrong_at(line.span, "want a field and its value");
    key = line.text.substr(0, colon);
    stanza[key] = trim(line.text.substr(colon + 1));
  }
  SUPPLY_TRY(end());
  for (const auto& [from, name] : wanted)
    if (const auto to = by_name.find(name); to != by_name.end()) SUPPLY_TRY(out.depend(from, to->second));
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& packrat() {
  static const Format format = {"packrat", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
