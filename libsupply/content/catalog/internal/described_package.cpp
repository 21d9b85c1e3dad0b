#include "libsupply/content/catalog/internal/described_package.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

constexpr std::string_view kAnywhere("\0", 1);  // no place

// In lower case.
constexpr std::array<std::string_view, 14> kTests = {
    "test",     "tests",        "testing", "__tests__", "spec",     "specs",   "fixture",
    "fixtures", "__fixtures__", "example", "examples",  "testdata", "samples", "t"};

}  // namespace

std::string keep_nothing(std::string, bool) { return {}; }

Status DescribedPackages::add_unknown(const std::string& path, std::string reason) {
  return context_.add(pkg::KnownUnknown{cataloger_, path, std::move(reason)}, catalog_);
}

Status DescribedPackages::read(const rootfs::CollectedFile& file, const std::string& place, const Parse& parse) {
  if (file.content == kOverLimit) return add_unknown(file.file.path, "longer than is read");
  // While it is read, a value of JSON takes up to some thirty times its text.
  constexpr std::uint64_t kMemoryPerByte = 32;
  const std::uint64_t memory = kMemoryPerByte * file.content.size();
  SUPPLY_TRY(context_.share.spend(Cost::steps, 20 + file.content.size() / 4));
  SUPPLY_TRY(context_.share.spend(Cost::memory, memory));
  Result<DescribedList> described = parse(file.content);
  if (!described) {
    context_.share.give_back(Cost::memory, memory);
    return add_unknown(file.file.path, described.error().message());
  }
  for (DescribedPackage& one : *described) SUPPLY_TRY(add(file.file, place, std::move(one)));
  context_.share.give_back(Cost::memory, memory);
  return {};
}

Status DescribedPackages::read_one(const rootfs::CollectedFile& file, const std::string& place, const ParseOne& parse) {
  return read(file, place, [&](std::string_view text) -> Result<DescribedList> {
    SUPPLY_TRY(DescribedPackage one, parse(text));
    return DescribedList{std::move(one)};
  });
}

Status DescribedPackages::add(const rootfs::File& file, const std::string& place, DescribedPackage described) {
  pkg::Package& package = described.package;
  package.cataloger = cataloger_;
  package.location = file.path;
  package.layer = context_.layer_of(file);
  std::uint64_t memory = sizeof(Placed) + 4 * sizeof(std::pair<std::string, std::string>) + 400 +
                         8 * (package.name.size() + package.version.size() + described.key.size()) +
                         2 * (place.size() + file.path.size()) + package.homepage.size() + package.supplier.size();
  for (const auto* list : {&described.provides, &described.requires_, &described.licenses, &package.files})
    for (const std::string& one : *list) memory += sizeof one + 16 + one.size();
  SUPPLY_TRY(context_.share.spend(Cost::memory, memory));
  if (described.apply == DescribedPackage::Licenses::all) {
    SUPPLY_TRY(licensing_.all(described.licenses, package));
  } else {
    SUPPLY_TRY(licensing_.choice(described.licenses, package));
  }
  packages_.push_back({std::move(described), place});
  return {};
}

Status DescribedPackages::resolve(const Placed& placed, std::vector<std::string>& depends) const {
  const std::string& own = purls_[static_cast<std::size_t>(&placed - packages_.data())];
  std::set<std::string_view> found;
  for (const std::string& key : placed.described.requires_) {
    SUPPLY_TRY(context_.share.spend(Cost::steps, 10 + (placed.place.size() + key.size()) / 8));
    const auto at = std::pair(placed.place, key), anywhere = std::pair(std::string(kAnywhere), key);
    const std::size_t* target = nullptr;
    const auto look = [&](const ByPlace& map, const auto& where) {
      if (target != nullptr) return;
      if (const auto one = map.find(where); one != map.end()) target = &one->second;
    };
    look(by_key_, at);
    look(provided_, at);
    look(by_key_, anywhere);
    look(provided_, anywhere);
    if (target != nullptr && purls_[*target] != own) found.insert(purls_[*target]);
  }
  for (const std::string_view purl : found) {
    SUPPLY_TRY(context_.share.spend(Cost::memory, sizeof(std::string) + purl.size()));
    depends.emplace_back(purl);
  }
  return {};
}

Status DescribedPackages::finish() {
  const auto keep_newest = [&](ByPlace& map, std::string_view place, const std::string& key, std::size_t index) {
    const auto [at, added] = map.emplace(std::pair(std::string(place), key), index);
    if (!added &&
        is_older_version(packages_[at->second].described.package.version, packages_[index].described.package.version))
      at->second = index;
  };
  for (std::size_t i = 0; i < packages_.size(); ++i) {
    const auto& [described, place] = packages_[i];
    purls_.push_back(described.package.purl.to_string());
    for (const std::string_view where : {std::string_view(place), kAnywhere}) {
      if (where == kAnywhere && elsewhere_ == Elsewhere::no) continue;
      keep_newest(by_key_, where, described.key, i);
      for (const std::string& key : described.provides) keep_newest(provided_, where, key, i);
    }
  }
  for (Placed& placed : packages_) SUPPLY_TRY(resolve(placed, placed.described.package.depends));
  for (Placed& placed : packages_) SUPPLY_TRY(context_.add(std::move(placed.described.package), catalog_));
  packages_.clear();
  return {};
}

bool is_in_tests(std::string_view path_below) {
  const auto components = path_components(path_below);
  return std::any_of(components.begin(), components.end(), [](std::string_view one) {
    return std::find(kTests.begin(), kTests.end(), to_lower(one)) != kTests.end();
  });
}

bool is_older_version(std::string_view a, std::string_view b) {
  const auto take_number = [](std::string_view& text) {
    while (text.size() > 1 && text[0] == '0' && is_digit(text[1])) text.remove_prefix(1);
    std::size_t end = 0;
    while (end < text.size() && is_digit(text[end])) ++end;
    const std::string_view number = text.substr(0, end);
    text.remove_prefix(end);
    return number;
  };
  while (!a.empty() && !b.empty()) {
    if (is_digit(a[0]) && is_digit(b[0])) {
      const std::string_view x = take_number(a), y = take_number(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a[0] != b[0]) return a[0] < b[0];
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.empty() && !b.empty();
}

std::string person(std::string_view name, std::string_view mail) {
  name = trim(name);
  mail = trim(mail);
  if (name.empty() && mail.empty()) return {};
  if (name.empty()) return "Person: " + std::string(mail);
  return "Person: " + std::string(name) + (mail.empty() ? "" : " (" + std::string(mail) + ")");
}

std::string person(std::string_view text) {
  const std::size_t open = text.find('<');
  if (open == std::string_view::npos) {
    text = trim(text);
    return text.find('@') != std::string_view::npos && text.find(' ') == std::string_view::npos ? person({}, text)
                                                                                                : person(text, {});
  }
  const std::string_view rest = text.substr(open + 1);
  return person(text.substr(0, open), rest.substr(0, rest.find('>')));
}

}  // namespace supply::catalog
