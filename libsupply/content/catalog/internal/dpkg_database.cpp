#include "libsupply/content/catalog/internal/dpkg_database.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "libsupply/base/deb822/deb822.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/dpkg_fields.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"
#include "libsupply/content/pkg/package_cost.hpp"

namespace supply::catalog {
namespace {

constexpr std::size_t kUsualStanzaBytes = 700;

// "source (version)" or "source".
void read_source(std::string_view field, pkg::Package& package) {
  const std::size_t open = field.find('(');
  package.source_name = trim(field.substr(0, open));
  if (open != std::string_view::npos) {
    package.source_version = trim(field.substr(open + 1, field.find(')', open) - open - 1));
  }
  if (package.source_version == package.version) package.source_version.clear();
  if (package.source_name == package.name && package.source_version.empty()) package.source_name.clear();
}

// The bare name in "libc6:any (>= 2.36)".
std::string bare_name(std::string_view relation) {
  relation = trim(relation);
  return std::string(relation.substr(0, relation.find_first_of(" \t(:[\n")));
}

void read_relations(std::string_view field, std::vector<std::vector<std::string>>& into) {
  for (const std::string_view clause : split(field, ',')) {
    std::vector<std::string> names;
    for (const std::string_view alternative : split(clause, '|')) {
      std::string name = bare_name(alternative);
      if (!name.empty()) names.push_back(std::move(name));
    }
    if (!names.empty()) into.push_back(std::move(names));
  }
}

Error in_package(const std::string& name, const std::string& what) {
  return Error(ErrorCode::malformed, "package " + quote(name) + ": " + what);
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "Status: install ok installed". Source: dpkg(1), "Package states"; lib/dpkg/fields.c f_status.
Result<DebPackage::State> read_status(const std::string& name, const deb822::Stanza& stanza,
                                      deb822::Strictness strictness) {
  const std::optional<std::string_view> field = stanza.find("Status");
  // status.d has no states.
  if (!field) return strictness == deb822::Strictness::dpkg ? DebPackage::State::unsaid : DebPackage::State::there;
  std::vector<std::string> words;
  std::string word;
  for (const char c : std::string(*field) + " ") {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\v' && c != '\f') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(to_lower(word));
      word.clear();
    }
  }
  const std::string state = words.empty() ? std::string() : words.back();
  const bool good = words.size() == 3 && is_one_of(words[0], {"unknown", "install", "hold", "deinstall", "purge"}) &&
                    is_one_of(words[1], {"ok", "reinstreq"}) &&
                    is_one_of(state, {"not-installed", "config-files", "half-installed", "unpacked", "half-configured",
                                      "triggers-awaited", "triggers-pending", "installed"});
  if (!good && strictness == deb822::Strictness::dpkg) return in_package(name, "bad Status " + quote(*field));
  if (state == "half-installed") return DebPackage::State::half_there;
  return state == "not-installed"  ? DebPackage::State::not_installed
         : state == "config-files" ? DebPackage::State::removed
                                   : DebPackage::State::there;
}

Status check_choices(const std::string& name, const deb822::Stanza& stanza) {
  const std::string multi = to_lower(stanza.get("Multi-Arch"));
  if (!is_one_of(multi, {"", "no", "same", "allowed", "foreign"}))
    return in_package(name, "bad Multi-Arch " + quote(multi));
  if (multi == "same" && stanza.get("Architecture") == "all")
    return in_package(name, "Multi-Arch same, and Architecture all");
  for (const std::string_view field : {"Essential", "Protected"})
    if (const std::string value = to_lower(stanza.get(field)); !is_one_of(value, {"", "yes", "no"}))
      return in_package(name, "bad " + std::string(field) + " " + quote(value));
  return {};
}

// Source: dpkg, lib/dpkg/parse.c pkg_parse_verify.
Status check_triggers(const std::string& name, const deb822::Stanza& stanza) {
  const std::string status = to_lower(stanza.get("Status"));
  const std::string_view state = std::string_view(status).substr(status.find_last_of(" \t\n\r\v\f") + 1);
  const bool pending = !stanza.get("Triggers-Pending").empty(), awaited = !stanza.get("Triggers-Awaited").empty();
  const bool may_pend = is_one_of(state, {"triggers-pending", "triggers-awaited"});
  const bool may_await = is_one_of(state, {"half-installed", "unpacked", "half-configured", "triggers-awaited"});
  if ((pending && !may_pend) || (awaited && !may_await) || (state == "triggers-pending" && !pending) ||
      (state == "triggers-awaited" && !awaited))
    return in_package(name, "state " + quote(state) + " does not go with its triggers");
  return {};
}

std::uint64_t memory_of(const deb822::Stanza& stanza) {
  std::uint64_t memory = sizeof(DebPackage) + kPackageTableBytes;
  for (const std::string_view field : {"Package", "Version", "Architecture"})
    memory += kCopiesOfIdentity * stanza.get(field).size();
  for (const std::string_view field : {"Source", "Maintainer", "Homepage"})
    memory += kCopiesOfText * stanza.get(field).size();
  for (const std::string_view field : {"Pre-Depends", "Depends", "Provides"})
    memory += memory_of_names(stanza.get(field), ",|");
  return memory;
}

Result<pkg::Purl> purl_of(const pkg::Package& package, const pkg::OperatingSystem& distribution) {
  pkg::PurlParts parts{"deb", distribution.id, package.name, package.version, {}, ""};
  parts.qualifiers["arch"] = package.architecture;
  parts.qualifiers["distro"] = distribution.label();
  if (!package.source_name.empty()) {
    parts.qualifiers["upstream"] =
        package.source_name + (package.source_version.empty() ? "" : "@" + package.source_version);
  }
  return pkg::Purl::create(std::move(parts));
}

void read_rest(const deb822::Stanza& stanza, DebPackage& deb) {
  deb.package.supplier = maintainer_as_supplier(stanza.get("Maintainer"));
  deb.package.homepage = stanza.get("Homepage");
  read_relations(stanza.get("Pre-Depends"), deb.depends);
  read_relations(stanza.get("Depends"), deb.depends);
  for (const std::string_view provided : split(stanza.get("Provides"), ',')) {
    std::string name = bare_name(provided);
    if (!name.empty()) deb.provides.push_back(std::move(name));
  }
}

}  // namespace

Result<std::vector<DebPackage>> parse_dpkg_stanzas(std::string_view text, const pkg::OperatingSystem& distribution,
                                                   deb822::Strictness strictness, Share& share, DpkgParts parts) {
  std::vector<DebPackage> out;
  // Large values: moving them again and again takes as long as reading them.
  out.reserve(text.size() / kUsualStanzaBytes);
  const auto read_one = [&](const deb822::Stanza& stanza) -> Status {
    SUPPLY_TRY(share.spend(Cost::memory, memory_of(stanza)));
    DebPackage deb;
    pkg::Package& package = deb.package;
    package.name = stanza.get("Package");
    if (package.name.empty()) return Error(ErrorCode::malformed, "no Package");
    if (!is_dpkg_name(package.name)) return Error(ErrorCode::malformed, "bad name of a package " + quote(package.name));
    package.name = to_lower(package.name);  // as dpkg does
    SUPPLY_TRY(deb.state, read_status(package.name, stanza, strictness));
    const bool needs_version = deb.state == DebPackage::State::there || deb.state == DebPackage::State::removed;
    if (deb.state == DebPackage::State::half_there) deb.state = DebPackage::State::there;
    if (strictness == deb822::Strictness::dpkg) {
      SUPPLY_TRY(check_choices(package.name, stanza));
      SUPPLY_TRY(check_triggers(package.name, stanza));
      SUPPLY_TRY(check_dpkg_fields(stanza).at("package " + quote(package.name)));
    }
    package.version = stanza.get("Version");
    if (package.version.empty() && needs_version) return in_package(package.name, "no Version");
    if (!package.version.empty() && !is_dpkg_version(package.version))
      return in_package(package.name, "bad Version " + quote(package.version));
    package.architecture = stanza.get("Architecture");
    deb.multi_arch_same = to_lower(stanza.get("Multi-Arch")) == "same";
    read_source(stanza.get("Source"), package);
    package.cataloger = "dpkg";
    if (deb.state == DebPackage::State::there) {
      SUPPLY_TRY(package.purl, purl_of(package, distribution));
    }
    if (parts == DpkgParts::all) read_rest(stanza, deb);
    out.push_back(std::move(deb));
    return {};
  };
  const Status read = deb822::for_each_stanza(text, strictness, [&](const deb822::Stanza& stanza) {
    return read_one(stanza).at("line " + std::to_string(stanza.line));
  });
  if (!read) return read.error();
  return out;
}

Result<std::vector<DebPackage>> parse_dpkg_status(std::string_view text, const pkg::OperatingSystem& distribution,
                                                  Share& share) {
  SUPPLY_TRY(std::vector<DebPackage> out, parse_dpkg_stanzas(text, distribution, deb822::Strictness::dpkg, share));
  std::erase_if(out, [](const DebPackage& deb) { return deb.state != DebPackage::State::there; });
  return out;
}

namespace {

bool is_known(const DebPackage& deb) {
  return deb.state != DebPackage::State::not_installed && deb.state != DebPackage::State::unsaid;
}

// Source: dpkg, lib/dpkg/parse.c parse_find_pkg_slot (pdb_file_update), by experiment with 1.21: of a package with one
// architecture the news take the place, unless both are made to be beside others.
Status take_journal(std::vector<DebPackage>& packages, std::vector<DebPackage> journal) {
  struct Slots {
    std::map<std::string, std::size_t> by_architecture;
    std::set<std::size_t> known;
  };
  std::map<std::string, Slots> named;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    Slots& slots = named[packages[i].package.name];
    slots.by_architecture[packages[i].package.architecture] = i;
    if (is_known(packages[i])) slots.known.insert(i);
  }
  for (DebPackage& news : journal) {
    Slots& slots = named[news.package.name];
    if (slots.known.size() > 1 && !news.multi_arch_same)
      return in_package(news.package.name, "not made to be beside the others of its name in the database");
    const auto same = slots.by_architecture.find(news.package.architecture);
    std::optional<std::size_t> place;
    if (same != slots.by_architecture.end()) place = same->second;
    if (slots.known.size() == 1) {
      const std::size_t single = *slots.known.begin();
      if (!news.multi_arch_same || !packages[single].multi_arch_same) place = single;
    }
    if (place) {
      slots.by_architecture.erase(packages[*place].package.architecture);
      slots.known.erase(*place);
    } else {
      place = packages.size();
      packages.emplace_back();
    }
    slots.by_architecture[news.package.architecture] = *place;
    if (is_known(news)) slots.known.insert(*place);
    packages[*place] = std::move(news);
  }
  return {};
}

}  // namespace

Status settle_dpkg(std::vector<DebPackage>& packages, std::vector<DebPackage> journal) {
  // Source: dpkg, lib/dpkg/parse.c parse_find_pkg_slot, by experiment with 1.21: a later stanza takes the place of one
  // of its architecture where all of that name are made to be beside others, or where it says that nothing is
  // installed.
  std::map<std::string, std::map<std::string, std::size_t>> slots;  // by name and architecture
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const DebPackage& one = packages[i];
    auto& known = slots[one.package.name];
    if (!is_known(one)) {
      known.erase(one.package.architecture);
      continue;
    }
    if (!known.empty() && !(one.multi_arch_same && packages[known.begin()->second].multi_arch_same))
      return in_package(one.package.name, "twice in the database");
    known.insert_or_assign(one.package.architecture, i);
  }
  std::vector<DebPackage> kept;
  std::vector<std::size_t> indexes;
  for (const auto& [name, known] : slots)
    for (const auto& [architecture, index] : known) indexes.push_back(index);
  std::sort(indexes.begin(), indexes.end());
  kept.reserve(indexes.size());
  for (const std::size_t index : indexes) kept.push_back(std::move(packages[index]));
  packages = std::move(kept);
  SUPPLY_TRY(take_journal(packages, std::move(journal)));
  std::erase_if(packages, [](const DebPackage& deb) { return deb.state != DebPackage::State::there; });
  return {};
}

std::vector<std::string_view> parse_dpkg_list(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::string_view line : lines(text)) {
    if (line.starts_with('/')) line.remove_prefix(1);
    if (!line.empty() && line != ".") out.emplace_back(line);
  }
  return out;
}

std::vector<std::string_view> parse_dpkg_md5sums(std::string_view text) {
  std::vector<std::string_view> out;
  for (const std::string_view line : lines(text)) {
    if (line.size() > 34 && line[32] == ' ') out.emplace_back(trim(line.substr(33)));
  }
  return out;
}

std::string maintainer_as_supplier(std::string_view maintainer) {
  maintainer = trim(maintainer);
  if (maintainer.empty()) return {};
  const std::size_t open = maintainer.find('<');
  const std::string name(trim(maintainer.substr(0, open)));
  std::string mail;
  if (open != std::string_view::npos) mail = trim(maintainer.substr(open + 1, maintainer.find('>', open) - open - 1));
  static constexpr std::array<std::string_view, 12> kSeveral = {"team",       "maintainers", "developers", "group",
                                                                "packagers",  "project",     "debian",     "ubuntu",
                                                                "foundation", " inc",        "packaging",  "authors"};
  const std::string lower = to_lower(name);
  const bool several = std::any_of(kSeveral.begin(), kSeveral.end(),
                                   [&](std::string_view word) { return lower.find(word) != std::string::npos; });
  std::string out = (several ? "Organization: " : "Person: ") + (name.empty() ? mail : name);
  if (!name.empty() && !mail.empty()) out += " (" + mail + ")";
  return out;
}

Status resolve_depends(std::vector<DebPackage>& packages, Share& share) {
  std::map<std::string, std::size_t, std::less<>> named, provided;                             // the first of each name
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> named_of, provided_of;  // of an architecture
  std::vector<std::string> purls;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const pkg::Package& package = packages[i].package;
    purls.push_back(package.purl.to_string());
    named.emplace(package.name, i);
    named_of.emplace(std::pair(std::string_view(package.name), std::string_view(package.architecture)), i);
    for (const std::string& name : packages[i].provides) {
      provided.emplace(name, i);
      provided_of.emplace(std::pair(std::string_view(name), std::string_view(package.architecture)), i);
    }
  }
  for (std::size_t i = 0; i < packages.size(); ++i) {
    std::set<std::string_view> found_purls;
    const std::string_view architecture = packages[i].package.architecture;
    for (const auto& alternatives : packages[i].depends) {
      for (const std::string& name : alternatives) {
        const bool by_name = named.contains(name);
        const auto found = by_name ? named.find(name) : provided.find(name);
        if (!by_name && found == provided.end()) continue;
        // Of the architectures of one package, the same as the dependant's, where it is there.
        const auto& of_architecture = by_name ? named_of : provided_of;
        const auto same = of_architecture.find(std::pair(std::string_view(name), architecture));
        const std::size_t target = same == of_architecture.end() ? found->second : same->second;
        if (purls[target] != purls[i]) found_purls.insert(purls[target]);
        break;
      }
    }
    SUPPLY_TRY(pkg::set_depends(packages[i].package, found_purls, share));
  }
  return {};
}

}  // namespace supply::catalog
