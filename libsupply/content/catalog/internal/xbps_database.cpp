#include "libsupply/content/catalog/internal/xbps_database.hpp"

#include <functional>
#include <map>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::catalog {
namespace {

std::string decode(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool found = false;
    for (const auto& [entity, c] : kEntities) {
      if (found || text[i] != '&' || !text.substr(i).starts_with(entity)) continue;
      out += c;
      i += entity.size() - 1;
      found = true;
    }
    if (!found) out += text[i];
  }
  return out;
}

using Keys = std::vector<std::string>;
using TakeString = std::function<Status(const Keys& keys, std::string_view value)>;

// Calls with each string and the keys of the dictionaries that it is in. Elements without content, and those of other
// types, are passed over.
class Walk {
 public:
  Walk(std::string_view text, const TakeString& take) : text_(text), take_(take) {}

  Status read() {
    while (true) {
      const std::size_t open = text_.find('<', at_);
      if (open == std::string_view::npos) break;
      const std::size_t close = text_.find('>', open);
      if (close == std::string_view::npos) return wrong(open, "a tag without an end");
      const std::string_view tag = text_.substr(open + 1, close - open - 1);
      at_ = close + 1;
      SUPPLY_TRY(take(tag, open));
    }
    if (!any_ && !trim(text_).empty()) return wrong(0, "no dictionary in it");
    return in_.empty() ? Status() : wrong(text_.size(), "ends within an element");
  }

 private:
  static Error wrong(std::size_t at, const std::string& what) {
    return Error(ErrorCode::malformed, "byte " + std::to_string(at) + ": " + what);
  }

  Status take(std::string_view tag, std::size_t open) {
    if (tag == "dict" || tag == "array") {
      any_ = true;
      in_.push_back(tag[0]);
      if (tag == "dict") keys_.emplace_back();
      return {};
    }
    if (tag == "/dict" || tag == "/array") {
      if (in_.empty() || in_.back() != tag[1]) return wrong(open, "the end of what did not begin");
      if (tag == "/dict") keys_.pop_back();
      in_.pop_back();
      return {};
    }
    if (tag != "key" && tag != "string") return {};
    const std::size_t end = text_.find('<', at_);
    const std::string closing = "</" + std::string(tag) + ">";
    if (end == std::string_view::npos || text_.substr(end, closing.size()) != closing)
      return wrong(open, "an element without an end");
    const std::string value = decode(text_.substr(at_, end - at_));
    at_ = end + closing.size();
    if (tag == "string") return take_(keys_, value);
    if (in_.empty() || in_.back() != 'd') return wrong(open, "a key outside of a dictionary");
    keys_.back() = value;
    return {};
  }

  std::string_view text_;
  const TakeString& take_;
  std::size_t at_ = 0;
  bool any_ = false;
  std::string in_;  // 'd' and 'a': the dictionaries and arrays that are open
  Keys keys_;       // of the dictionaries
};

// "zlib" of "zlib>=1.2.3_1", "zlib-1.3_1" and "zlib<2". Source: xbps, lib/util.c xbps_pkgpattern_name.
std::string pattern_name(std::string_view pattern) {
  const std::size_t operation = pattern.find_first_of("<>=*?[");
  if (operation != std::string_view::npos) {
    pattern = pattern.substr(0, operation);
    return std::string(pattern.ends_with('-') ? pattern.substr(0, pattern.size() - 1) : pattern);
  }
  return std::string(pattern.substr(0, pattern.rfind('-')));
}

struct Record {
  DebPackage deb;
  std::string state;
};

void take_member(const std::string& key, std::string_view value, Record& record) {
  pkg::Package& package = record.deb.package;
  if (key == "pkgver") {
    const std::size_t dash = value.rfind('-');
    package.name = value.substr(0, dash);
    package.version = dash == std::string_view::npos ? std::string_view() : value.substr(dash + 1);
  }
  if (key == "architecture") package.architecture = value;
  if (key == "homepage") package.homepage = value;
  if (key == "maintainer") package.supplier = maintainer_as_supplier(value);
  if (key == "state") record.state = value;
  if (key == "run_depends") record.deb.depends.push_back({pattern_name(value)});
  if (key == "provides") record.deb.provides.push_back(pattern_name(value));
  if (key != "license") return;
  std::vector<license::Declared> parts;  // "MIT, GPL-2.0-or-later": all of them
  for (const std::string_view part : split(value, ',')) parts.push_back(license::from_text(trim(part)));
  set_license(license::all_of(std::move(parts)), package);
}

}  // namespace

Result<std::vector<DebPackage>> parse_xbps_database(std::string_view plist, const pkg::OperatingSystem& distribution,
                                                    Share& share) {
  std::map<std::string, Record> records;
  const TakeString take = [&](const Keys& keys, std::string_view value) -> Status {
    if (keys.size() != 2 || keys[0].starts_with("_XBPS_")) return {};
    const auto found = records.find(keys[0]);
    SUPPLY_TRY(share.spend(Cost::memory, kCopiesOfIdentity * value.size() + memory_of_names(keys[1], "ndi") +
                                             (found == records.end() ? sizeof(Record) + kPackageTableBytes : 0)));
    take_member(keys[1], value, found == records.end() ? records[keys[0]] : found->second);
    return {};
  };
  SUPPLY_TRY(Walk(plist, take).read());
  std::vector<DebPackage> out;
  for (auto& [name, record] : records) {
    pkg::Package& package = record.deb.package;
    if (record.state == "not-installed") continue;
    if (package.name.empty()) package.name = name;
    package.cataloger = "xbps";
    // No type of package URLs is there for xbps.
    pkg::PurlParts parts{"generic", "xbps", package.name, package.version, {}, ""};
    parts.qualifiers["arch"] = package.architecture;
    parts.qualifiers["distro"] = distribution.label();
    SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
    out.push_back(std::move(record.deb));
  }
  return out;
}

std::string reduce_xbps_files(std::string_view plist) {
  std::string out;
  const TakeString take = [&](const Keys& keys, std::string_view value) -> Status {
    if (keys.size() == 2 && keys[0] != "dirs" && keys[1] == "file" && !value.empty())
      out.append(value.substr(value[0] == '/' ? 1 : 0)).append("\n");
    return {};
  };
  const Status read = Walk(plist, take).read();
  static_cast<void>(read);
  return out;
}

}  // namespace supply::catalog
