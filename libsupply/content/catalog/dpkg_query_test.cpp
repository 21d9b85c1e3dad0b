// Databases made at random of good and bad pieces, read by Supply and by this machine's dpkg-query.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/dpkg_database.hpp"

using namespace supply;
using namespace supply::catalog;

namespace {

using Choices = std::vector<std::string>;
using Random = std::minstd_rand;

// The first is good, and taken most of the time.
const std::string& pick(const Choices& choices, Random& random) {
  return choices[random() % 12 == 0 ? random() % choices.size() : 0];
}

std::string version(Random& random) {
  return pick({"Version: 1\n", "Version: 1:2-3\n", "Version:\n", "Version: a b\n", "Version: x:1\n", "Version: 1-\n",
               "Version: -1\n", "Version: 1:\n", "Version: 99999999999:1\n", "", "Version: 1$\n", "Version: 1"},
              random);
}

std::string stanza(const std::string& name, Random& random) {
  std::string out;
  out += pick(
      {"Package: " + name + "\n", "Package : " + name + "\n", "PACKAGE: " + name + " \n", "Package: " + name + "/x\n",
       "Package: -" + name + "\n", "Package:\n", "", "Package: A" + name + "\n", "Package: " + name + "\nPackage: z\n"},
      random);
  out +=
      pick({"Status: install ok installed\n", "Status: deinstall ok config-files\n", "Status: purge ok not-installed\n",
            "Status: hold ok installed\n", "Status: install ok installed x\n", "Status: install ok\n", "Status:\n",
            "Status: Install OK Unpacked\n", "Status: frob ok installed\n", "Status: install bad installed\n",
            "Status: install reinstreq half-installed\n", "", "Status: hold ok half-configured\n",
            "Status: deinstall ok triggers-pending\n", "Status: deinstall ok triggers-pending\nTriggers-Pending: x\n",
            "Status: install ok half-configured\nTriggers-Awaited: x\n", "Status: deinstall ok installed\n",
            "status: install ok installed\nStatus: install ok installed\n"},
           random);
  out += pick({"Maintainer: x\nDescription: x\n", "Maintainer: x\nDescription: x\n .\n y\n",
               "Maintainer: x\nDescription: x\n \n", "Maintainer: x\nX-Y: 1\nx-y: 2\n", "X: 1\n", "-Xy: 1\n",
               "# comment\n", "#comment: x\n", "no colon\n", "Essential: maybe\n", "Essential: yes\n",
               "Multi-Arch: odd\n", "Multi-Arch: foreign\n"},
              random);
  out += pick({"",
               "Depends: a\n",
               "Depends: a (>= 1), b | c:any\n",
               "Depends: a,\n",
               "Depends: a (> 1) ,b\n",
               "Depends: a b\n",
               "Depends: a (>= 1\n",
               "Depends: a (>=)\n",
               "Depends: (>= 1)\n",
               "Depends: a:\n",
               "Depends: a (<> 1)\n",
               "Depends: a (1)\n",
               "Depends:\n a\n",
               "Depends: a,\n b\n",
               "Depends:\n",
               "Depends: a (= 1 2)\n",
               "Depends: a (= x:1)\n",
               "Depends: ,a\n",
               "Depends: a || b\n",
               "Depends: a:x_y\n",
               "Provides: a | b\n",
               "Provides: a (= 1)\n",
               "Replaces: a (<< 1), b\n",
               "Conflicts: a ()\n",
               "Recommends: a(>=1)|b\n",
               "Suggests: _\n",
               "Enhances: a (>= 1) x\n",
               "Breaks: a|b\n",
               "Depends: a/b\n",
               "Recommended: a |\n",
               "Optional: a)\n",
               "Depends: a ((1))\n",
               "Depends: a (== 1)\n"},
              random);
  out += pick({"", "Conffiles:\n /etc/a 0123\n", "Conffiles:\n /etc/a 0123 obsolete\n /etc/b c d\n",
               "Conffiles: /etc/a 0123\n", "Conffiles:\n /etc/a\n", "Conffiles:\n  / 0123\n", "Conffiles:\n",
               "Conffiles:\n\t/etc/a 0123\n", "Conffiles:\n a\n", "Conffiles:\n /etc/a obsolete\n",
               "Conffiles:\n /etc/a 0 remove-on-upgrade\n", "Conffiles:\n /etc/a 0 remove-on-upgrade obsolete\n",
               "Conffiles:\n /etc/a 0 obsolete remove-on-upgrade\n", "Conffiles:\n /etc/a 0123 \n /b 1\n",
               "Conffiles:\n / /\n", "Conffiles:\n /./ 0123\n", "Conffiles:\n newconffile\n", "Conffiles:\n  a 1\n"},
              random);
  out += pick(
      {"", "Config-Version: 1\n", "Config-Version: 0\n", "Config-Version: a b\n", "Config-Version:\n",
       "Config-Version: x:1\n", "Config-Version: 1-\n", "Filename: a\n", "Size: 1\n", "MD5sum: 1\n",
       "Installed-Size: x\n", "Priority: odd\n", "Section:\n", "Origin: x\n", "Revision: 1\n", "Triggers-Pending: a\n"},
      random);
  if (random() % 20 == 0)
    out += pick({"Status: install ok triggers-pending\nTriggers-Pending: a a\n",
                 "Status: install ok triggers-awaited\nTriggers-Awaited: a a\n",
                 "Status: install ok triggers-awaited\nTriggers-Awaited: a b:amd64\n",
                 "Status: install ok triggers-awaited\nTriggers-Awaited: a/b\n",
                 "Status: install ok triggers-pending\nTriggers-Pending: /x a\xff\n"},
                random);
  out += pick({"Architecture: amd64\n", "Architecture: i386\n", "Architecture: all\nMulti-Arch: same\n", ""}, random);
  return out + version(random);
}

// Two architectures of one package.
std::string pair(const std::string& name, Random& random) {
  std::string out;
  for (const std::string architecture : {"amd64", "i386"})
    out += "Package: " + name + "\n" +
           pick({"Status: install ok installed\n", "Status: hold ok installed\n", "Status: deinstall ok config-files\n",
                 "Status: install ok half-configured\n", ""},
                random) +
           "Maintainer: x\nDescription: x\nArchitecture: " + architecture +
           "\nMulti-Arch: " + pick({"same", "same", "same", "foreign"}, random) + "\nVersion: 1\n\n";
  return out;
}

std::string database(Random& random) {
  std::string out = pick({"", "\n\n", " \n", " x\n"}, random);
  const std::size_t count = 1 + random() % 4;
  for (std::size_t i = 0; i < count; ++i) {
    if (random() % 6 == 0) {
      out += pair(std::string(1, static_cast<char>('a' + random() % 6)), random);
      continue;
    }
    out += stanza(std::string(1, static_cast<char>('a' + random() % 6)), random);
    out += pick({"\n", "\n\n", "", "\n \n", "\r\n"}, random);
  }
  return out;
}

std::optional<std::set<std::string>> theirs(const std::filesystem::path& directory) {
  std::set<std::string> out;
  FILE* pipe = popen(("dpkg-query --admindir=" + directory.string() +
                      " -W -f '${Package} ${Version} ${Architecture} ${db:Status-Status}\\n' 2>/dev/null")
                         .c_str(),
                     "r");
  REQUIRE(pipe != nullptr);
  std::string all;
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) all.append(buffer, got);
  if (pclose(pipe) != 0) return std::nullopt;
  for (const std::string_view line : lines(all))
    if (!line.ends_with(" config-files")) out.emplace(line.substr(0, line.rfind(' ')));
  return out;
}

std::optional<std::set<std::string>> ours(const std::string& status, const std::optional<std::string>& journal) {
  Budget budget;
  Share share(budget);
  auto packages = parse_dpkg_stanzas(status, {}, deb822::Strictness::dpkg, share);
  if (!packages) return std::nullopt;
  std::vector<DebPackage> news;
  if (journal) {
    auto read = parse_dpkg_stanzas(*journal, {}, deb822::Strictness::dpkg, share);
    if (!read) return std::nullopt;
    news = *std::move(read);
  }
  if (!settle_dpkg(*packages, std::move(news))) return std::nullopt;
  std::set<std::string> out;
  for (const DebPackage& deb : *packages)
    out.insert(deb.package.name + " " + deb.package.version + " " + deb.package.architecture);
  return out;
}

}  // namespace

TEST_CASE("dpkg databases made at random are read, or refused, as dpkg-query does") {
  if (std::system("dpkg-query --version >/dev/null 2>&1") != 0) {
    WARN("skipped: no dpkg-query on this machine");
    return;
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "supply-dpkg-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  const std::filesystem::path directory = pattern;
  for (const char* name : {"info", "updates", "triggers"}) std::filesystem::create_directory(directory / name);
  Random random(21);
  std::size_t read = 0, refused = 0;
  for (int round = 0; round < 1'000; ++round) {
    const std::string status = database(random);
    std::optional<std::string> journal;
    if (round % 3 == 0) journal = stanza(std::string(1, static_cast<char>('a' + random() % 6)), random);
    std::ofstream(directory / "status", std::ios::binary) << status;
    std::filesystem::remove(directory / "updates/0000");
    if (journal) std::ofstream(directory / "updates/0000", std::ios::binary) << *journal;
    const auto mine = ours(status, journal);
    const auto other = theirs(directory);
    INFO("status:\n" + status + "\njournal:\n" + journal.value_or("(none)"));
    if (!mine) {
      ++refused;  // Supply may refuse more, see below
    } else {
      ++read;
      REQUIRE(other.has_value());
      CHECK(std::includes(mine->begin(), mine->end(), other->begin(), other->end()));
      CHECK(*mine == *other);
    }
    if (other) CHECK(mine.has_value());
  }
  CHECK(read > 100);
  CHECK(refused > 100);
  std::filesystem::remove_all(directory);
}
