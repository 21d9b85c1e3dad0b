#include "libsupply/content/catalog/internal/assembly_version.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using namespace std::string_literals;

namespace {

std::string little(std::uint64_t value, int size) {
  std::string out;
  for (int i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}
std::string utf16(std::string_view text) {
  std::string out;
  for (const char c : text) out += c + "\0"s;
  return out + "\0\0"s;
}
std::string padded(std::string text) { return text.append((4 - text.size() % 4) % 4, '\0'); }

// Source: Microsoft, "VS_VERSIONINFO", "StringFileInfo", "StringTable" and "String" structures.
std::string node(std::string_view key, const std::string& value, bool is_text, const std::string& children = "") {
  std::string head = padded("123456" + utf16(key)) + value;
  if (!children.empty()) head = padded(std::move(head)) + children;
  return head.replace(
      0, 6, little(head.size(), 2) + little(is_text ? value.size() / 2 : value.size(), 2) + little(is_text ? 1 : 0, 2));
}
std::string version_info(const std::vector<std::pair<std::string, std::string>>& strings) {
  std::string entries;
  for (const auto& [key, value] : strings) entries = padded(std::move(entries)) + node(key, utf16(value), true);
  const std::string fixed =
      little(0xfeef04bd, 4) + little(0x10000, 4) + little(0x50006, 4) + little(0x70000, 4) + std::string(36, '\0');
  return node("VS_VERSION_INFO", fixed, false, node("StringFileInfo", "", true, node("000004b0", "", true, entries)));
}

// Source: Microsoft, "PE Format": a section .rsrc alone, whose directory has one version resource.
std::string assembly(const std::string& version, bool has_clr = true, std::size_t resources = 0) {
  const std::uint32_t address = version.empty() ? 0 : 0x2000, at = 0x2000;
  const auto directory = [](std::uint32_t id, std::uint32_t to) {
    return std::string(14, '\0') + little(1, 2) + little(id, 4) + little(to, 4);
  };
  const std::string rsrc = directory(16, 0x80000018) + directory(1, 0x80000030) + directory(0, 0x48) +
                           little(address + 0x58, 4) + little(version.size(), 4) + std::string(8, '\0') + version;
  const std::size_t size = std::max(rsrc.size(), resources);
  std::string directories = std::string(16, '\0') + little(address, 4) + little(size, 4);
  directories.resize(112);
  directories += little(has_clr ? 0x1000 : 0, 4) + little(72, 4) + std::string(8, '\0');
  std::string out = "MZ" + std::string(58, '\0') + little(0x80, 4);
  out.resize(0x80);
  out += "PE\0\0"s + little(0x14c, 2) + little(1, 2) + std::string(12, '\0') + little(224, 2) + little(0x2102, 2);
  out += little(0x10b, 2) + std::string(90, '\0') + little(16, 4) + directories;
  out +=
      ".rsrc\0\0\0"s + little(size, 4) + little(address, 4) + little(size, 4) + little(at, 4) + std::string(16, '\0');
  out.resize(at);
  return out + rsrc + std::string(size - rsrc.size(), '\0') + "end";
}

const std::vector<std::pair<std::string, std::string>> kNewtonsoft = {{"CompanyName", "Newtonsoft"},
                                                                      {"FileVersion", "13.0.3.27908"},
                                                                      {"InternalName", "Newtonsoft.Json.dll"},
                                                                      {"ProductVersion", "13.0.3+0a2e291c0d9c0c76"}};

std::optional<std::string> search(const std::string& file, std::size_t chunk) {
  AssemblySearch search;
  for (std::size_t at = 0; at < file.size(); at += chunk) search.feed(std::string_view(file).substr(at, chunk));
  return search.finish();
}

}  // namespace

TEST_CASE("an assembly's name and version are found wherever a chunk ends") {
  const std::string file = assembly(version_info(kNewtonsoft));
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, file.size()}) {
    const auto record = search(file, chunk);
    REQUIRE(record);
    const auto said = assembly_from_record(*record);
    REQUIRE(said);
    CHECK(said->name == "Newtonsoft.Json");
    CHECK(said->version == "13.0.3");
    CHECK(said->company == "Newtonsoft");
  }
}

TEST_CASE("a version of an assembly is the product's, else the file's, in NuGet's form") {
  const auto version = [](const std::string& product, const std::string& file) {
    const auto said = parse_version_info(version_info({{"ProductVersion", product}, {"FileVersion", file}}));
    return said ? said->version : said.error().message();
  };
  CHECK(version("3.100.19.46801 @Commit: 9fd8ec", "4.700.22.12208") == "3.100.19.46801");
  CHECK(version("8.0.0-rc.1+abc", "8.0.0.0") == "8.0.0-rc.1");
  CHECK(version("2.0.1.0", "") == "2.0.1");
  CHECK(version("Release build", "1.2.3.4") == "1.2.3.4");
  CHECK(version("", "0.0.0.0") == "5.6.7");  // of VS_FIXEDFILEINFO
  CHECK(parse_version_info(version_info({{"OriginalFilename", "A.B.exe"}}))->name == "A.B");
  CHECK(parse_version_info(version_info({{"InternalName", "A product"}}))->name.empty());
}

TEST_CASE("an assembly without a version resource is one that says nothing") {
  const auto said = assembly_from_record(*search(assembly(""), 100));
  REQUIRE(said);
  CHECK(said->name.empty());
  CHECK(said->version.empty());
}

TEST_CASE("what is no assembly is none") {
  CHECK_FALSE(search(assembly(version_info(kNewtonsoft), false), 100));
  CHECK_FALSE(search("MZ", 1));
  CHECK_FALSE(search("MZ" + std::string(5000, '\0'), 100));
  CHECK_FALSE(search(std::string(5000, 'x'), 100));
}

TEST_CASE("a damaged assembly is a known unknown") {
  const std::string file = assembly(version_info(kNewtonsoft));
  for (const std::size_t size : {std::size_t{0x2000}, std::size_t{0x2020}, std::size_t{0x2060}, file.size() - 20}) {
    INFO(size);
    const auto record = search(file.substr(0, size), 100);
    REQUIRE(record);
    CHECK(assembly_from_record(*record).error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("an assembly's resources are read up to their limit") {
  const std::string at = assembly(version_info(kNewtonsoft), true, kMaxLanguageDatabaseBytes);
  CHECK(assembly_from_record(*search(at, 1 << 20)));
  const std::string beyond = assembly(version_info(kNewtonsoft), true, kMaxLanguageDatabaseBytes + 1);
  CHECK(assembly_from_record(*search(beyond, 1 << 20)).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("assemblies are packages where no deps.json and no package of the system accounts for them") {
  const std::string file = assembly(version_info(kNewtonsoft));
  const std::string deps = R"({"runtimeTarget":{"name":"net8"},"targets":{"net8":{
      "App/1.0":{"dependencies":{"Newtonsoft.Json":"13.0.3"},"runtime":{"App.dll":{}},"native":{"x/native.dll":{}}},
      "Newtonsoft.Json/13.0.3":{"runtime":{"lib/net6.0/Newtonsoft.Json.dll":{}}}}},
      "libraries":{"App/1.0":{"type":"project"},"Newtonsoft.Json/13.0.3":{"type":"package"}}})";
  const auto catalog = testing::catalog_of_files(
      {{"app/App.deps.json", deps},
       {"app/newtonsoft.json.dll", file},
       {"app/App.dll", assembly(version_info({{"InternalName", "App.dll"}, {"ProductVersion", "1.0"}}))},
       {"app/native.dll", assembly("")},
       {"plain/Newtonsoft.Json.dll", file},
       {"plain/Bare.Assembly.dll", assembly("")},
       {"plain/de/Newtonsoft.Json.resources.dll", file},
       {"plain/native.dll", assembly(version_info(kNewtonsoft), false)},
       {"root/.nuget/packages/newtonsoft.json/13.0.3/lib/net6.0/Newtonsoft.Json.dll", file},
       {"usr/lib/mono/Newtonsoft.Json.dll", file},
       {"var/lib/dpkg/status", "Package: j\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n"},
       {"var/lib/dpkg/info/j.list", "/.\n/usr/lib/mono/Newtonsoft.Json.dll\n"},
       {"plain/Damaged.dll", file.substr(0, 0x2020)}});
  std::set<std::string> found;
  for (const pkg::Package& package : catalog.packages)
    if (package.cataloger == "dotnet") found.insert(package.purl.to_string() + " " + package.location);
  CHECK(found == std::set<std::string>{"pkg:nuget/App@1.0 app/App.deps.json",
                                       "pkg:nuget/Bare.Assembly plain/Bare.Assembly.dll",
                                       "pkg:nuget/Newtonsoft.Json@13.0.3 app/App.deps.json",
                                       "pkg:nuget/Newtonsoft.Json@13.0.3 plain/Newtonsoft.Json.dll"});
  REQUIRE(catalog.unknowns.size() == 1);
  CHECK(catalog.unknowns.front().path == "plain/Damaged.dll");
}

TEST_CASE("a publisher's policy is no package, since its assembly holds no code") {
  const auto catalog = testing::catalog_of_files({{"gac/a/policy.2.12.gtk-sharp.dll", assembly("")},
                                                  {"gac/b/policy.core.shared.dll", assembly("")},
                                                  {"gac/c/policy.2.12.dll", assembly("")}});
  CHECK(testing::purls(catalog, "dotnet") ==
        std::set<std::string>{"pkg:nuget/policy.2.12", "pkg:nuget/policy.core.shared"});
}
