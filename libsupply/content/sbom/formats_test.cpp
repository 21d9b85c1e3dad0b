// Every format that is written and read: what is written is read back, as far as the format can hold it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/content/sbom/convert.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;

namespace {

Digest digest_of(char c) { return *Digest::parse("sha256:" + std::string(64, c)); }

pkg::Package package_of(const std::string& purl) {
  pkg::Package package;
  package.purl = *pkg::Purl::parse(purl);
  package.name = package.purl.parts().name;
  package.version = package.purl.parts().version;
  return package;
}

// A document with every member filled.
sbom::ParsedSbom full() {
  sbom::ParsedSbom out;
  out.format = "image";
  out.subject = {"registry.example/team/app",
                 "registry.example/team/app",
                 "1.0",
                 *oci::Platform::parse("linux/amd64"),
                 digest_of('a'),
                 "Example Inc"};
  out.inventory.distribution = {"debian", "12", "Debian GNU/Linux 12"};
  pkg::Package curl = package_of("pkg:deb/debian/curl@7.88?arch=amd64&distro=debian-12");
  curl.architecture = "amd64";
  curl.source_name = "curl-src";
  curl.source_version = "7.88-1";
  curl.supplier = "Person: A B (a@example.org)";
  curl.homepage = "https://curl.example/";
  curl.declared_license = "curl AND LicenseRef-own";
  curl.license_texts = {{"LicenseRef-own", "do <text>as</text> you\nlike"}};
  curl.copyright = "Copyright A\nPackageName: B";
  curl.checksums = {{"sha1", std::string(40, '1')}, {"sha256", std::string(64, '2')}};
  curl.cpes = {"cpe:2.3:a:haxx:curl:7.88:*:*:*:*:*:*:*", "cpe:2.3:a:haxx:libcurl:7.88:*:*:*:*:*:*:*"};
  curl.depends = {"pkg:deb/debian/libc6@2.36?arch=amd64&distro=debian-12"};
  curl.files = {"usr/bin/curl"};
  curl.cataloger = "dpkg";
  curl.location = "var/lib/dpkg/status";
  curl.layer = digest_of('b');
  pkg::Package libc = package_of("pkg:deb/debian/libc6@2.36?arch=amd64&distro=debian-12");
  libc.architecture = "amd64";
  libc.supplier = "Organization: Debian";
  libc.location = "var/lib/dpkg/status";
  pkg::Package demo = package_of("pkg:pypi/demo@1.0");
  demo.owner = curl.purl.to_string();
  demo.location = "usr/lib/python3/demo.dist-info/METADATA";
  demo.declared_license = "MIT";
  demo.concluded_license = "ISC";
  libc.concluded_license = "LGPL-2.1-or-later AND MIT";
  curl.concluded_license = "LicenseRef-own";  // beside an expression
  demo.scope = pkg::Scope::development;
  pkg::Package bare = package_of("pkg:golang/example.org/main");
  bare.location = "usr/bin/main";
  bare.scope = pkg::Scope::runtime;
  pkg::Package lamp = package_of("pkg:huggingface/lamps/Lamp-7B@1234");
  lamp.model = {"gguf", "llama", "7B", "Q4_K_M", {"oil/Wick; v2"}, {"sun", "\"moon\""}};
  lamp.location = "srv/lamp.gguf";
  std::sort(lamp.model->datasets.begin(), lamp.model->datasets.end());
  out.inventory.layers = {{digest_of('c'), "RUN apt-get install curl: all"}, {digest_of('b'), ""}};
  curl.introduced = 0;
  libc.introduced = 1;
  pkg::Package nameless;
  nameless.name = "something";
  nameless.version = "3";
  nameless.location = "opt/something";
  nameless.scope = pkg::Scope::optional;
  out.inventory.packages = {nameless, curl, libc, bare, demo, lamp};
  std::sort(out.inventory.packages.begin(), out.inventory.packages.end(),
            [](const auto& a, const auto& b) { return (a <=> b) < 0; });
  out.inventory.unknowns = {{"rpm", "var/lib/rpm/Packages", "a database of a kind: not read"}};
  out.files = {{"usr/bin/curl", {{"sha1", std::string(40, '3')}, {"sha256", std::string(64, '4')}}}};
  out.created = Time(std::chrono::seconds(1'700'000'000));
  out.makers = {{"Organization: Example (sbom@example.org)", "Person: C D"}, {"syft-1.57.0"}};
  out.generation_context = "post-build";
  return out;
}

std::vector<const sbom::Format*> written_and_read() {
  std::vector<const sbom::Format*> out;
  for (const sbom::Format* format : sbom::all_formats())
    if (format->write != nullptr && !format->media_type.empty()) out.push_back(format);
  return out;
}

const sbom::ConvertRequest kRequest{
    .tool = "supply-test", .source_date_epoch = {}, .authors = {}, .supplier = {}, .max_bytes = {}};

}  // namespace

TEST_CASE("what is written in a format is read back, but for what it cannot hold") {
  const sbom::ParsedSbom before = full();
  // What each has no place for; the type of what makes a purl is not held by a document without purls.
  const std::map<std::string, std::vector<std::string>> expected = {
      {"cyclonedx-json", {"list of files (1)", "file (1)"}},
      {"cyclonedx-json@1.7", {"list of files (1)", "file (1)"}},
      {"spdx-json", {"cataloger (1)"}},
      {"spdx-tag-value", {"text of the licence (1)", "cataloger (1)"}},  // "</text>" is its own end
      {"spdx3-json", {"cataloger (1)"}},
  };
  for (const sbom::Format* format : written_and_read()) {
    INFO(format->name);
    const auto converted = sbom::convert(before, *format, kRequest);
    REQUIRE(converted);
    CHECK(converted->lost == expected.at(std::string(format->name)));
    CHECK(converted->text == sbom::convert(before, *format, kRequest)->text);
    const auto after = sbom::parse_sbom(converted->text);
    REQUIRE(after);
    CHECK(after->subject.manifest == before.subject.manifest);
    CHECK(after->subject.shown_name() == before.subject.name);
    CHECK(after->subject.tag == "1.0");
    CHECK(after->subject.platform.to_string() == "linux/amd64");
    CHECK(after->subject.supplier == "Example Inc");
    CHECK(after->inventory.distribution.id == "debian");
    CHECK(after->inventory.distribution.pretty_name == "Debian GNU/Linux 12");
    CHECK(after->inventory.unknowns == before.inventory.unknowns);
    CHECK(after->created == before.created);
    CHECK(after->generation_context == "post-build");
    CHECK(after->makers.authors == before.makers.authors);
    CHECK(after->makers.tools == std::vector<std::string>{"supply-test", "syft-1.57.0"});
    REQUIRE(after->inventory.layers.size() == 2);
    CHECK(after->inventory.layers[0].digest == digest_of('c'));
    CHECK(after->inventory.layers[0].created_by == "RUN apt-get install curl: all");
    REQUIRE(after->inventory.packages.size() == before.inventory.packages.size());
    for (std::size_t i = 0; i < before.inventory.packages.size(); ++i) {
      CHECK(pkg::reference_of(after->inventory.packages[i]) == pkg::reference_of(before.inventory.packages[i]));
      CHECK(after->inventory.packages[i].copyright == before.inventory.packages[i].copyright);
      CHECK(after->inventory.packages[i].model == before.inventory.packages[i].model);
      CHECK(after->inventory.packages[i].declared_license == before.inventory.packages[i].declared_license);
      CHECK(after->inventory.packages[i].concluded_license == before.inventory.packages[i].concluded_license);
      CHECK(after->inventory.packages[i].introduced == before.inventory.packages[i].introduced);
    }
  }
}

TEST_CASE("a source tree is read back as one, with its name and version") {
  sbom::ParsedSbom source;
  source.subject.kind = sbom::DocumentSubject::Kind::source;
  source.subject.name = "app";
  source.subject.tag = "1.2.3";
  source.inventory.packages = {package_of("pkg:npm/a@1.0.0")};
  source.inventory.packages[0].scope = pkg::Scope::development;
  source.generation_context = "pre-build";
  for (const sbom::Format* format : testing::some(written_and_read())) {
    INFO(format->name);
    const auto written = sbom::convert(source, *format, {});
    REQUIRE(written);
    CHECK(written->lost.empty());
    const auto again = sbom::parse_sbom(written->text);
    REQUIRE(again);
    CHECK(again->subject.kind == sbom::DocumentSubject::Kind::source);
    CHECK(again->subject.name == "app");
    CHECK(again->subject.tag == "1.2.3");
    CHECK(again->generation_context == "pre-build");
    REQUIRE(again->inventory.packages.size() == 1);
    CHECK(again->inventory.packages[0].scope == pkg::Scope::development);
  }
}

TEST_CASE("of several statements what a package is needed for, the one that matters most counts") {
  const auto read = sbom::parse_sbom(R"({"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"x","packages":[
    {"SPDXID":"SPDXRef-r","name":"r","primaryPackagePurpose":"SOURCE"},
    {"SPDXID":"SPDXRef-a","name":"a"},{"SPDXID":"SPDXRef-b","name":"b"}],"relationships":[
    {"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-r"},
    {"spdxElementId":"SPDXRef-a","relationshipType":"TEST_DEPENDENCY_OF","relatedSpdxElement":"SPDXRef-r"},
    {"spdxElementId":"SPDXRef-a","relationshipType":"RUNTIME_DEPENDENCY_OF","relatedSpdxElement":"SPDXRef-r"},
    {"spdxElementId":"SPDXRef-b","relationshipType":"BUILD_DEPENDENCY_OF","relatedSpdxElement":"SPDXRef-r"},
    {"spdxElementId":"SPDXRef-b","relationshipType":"DEV_DEPENDENCY_OF","relatedSpdxElement":"SPDXRef-a"},
    {"spdxElementId":"SPDXRef-none","relationshipType":"DEV_DEPENDENCY_OF","relatedSpdxElement":"SPDXRef-r"}]})");
  REQUIRE(read);
  REQUIRE(read->inventory.packages.size() == 2);
  CHECK(read->inventory.packages[0].scope == pkg::Scope::runtime);
  CHECK(read->inventory.packages[1].scope == pkg::Scope::development);
  CHECK(read->inventory.packages[0].depends == std::vector<std::string>{"b"});
  CHECK(read->not_kept ==
        std::vector<std::string>{"scopes of dependencies between packages", "scopes of what is no package"});
}

TEST_CASE("what CycloneDX says of what is provided, and of files that an application needs, is counted as not kept") {
  // CycloneDX 1.6, "dependencies".
  const auto read = sbom::parse_sbom(R"({"bomFormat":"CycloneDX","specVersion":"1.6",
    "metadata":{"component":{"type":"application","name":"r","version":"1","bom-ref":"r"}},
    "components":[{"type":"library","name":"a","version":"1","bom-ref":"a"},
                  {"type":"cryptographic-asset","name":"aes","bom-ref":"c"},
                  {"type":"file","name":"etc/x","bom-ref":"f"}],
    "dependencies":[{"ref":"r","dependsOn":["f"]},{"ref":"a","provides":["c"]}]})");
  REQUIRE(read);
  CHECK(std::count(read->not_kept.begin(), read->not_kept.end(), "dependencies of what is described") == 1);
  CHECK(std::count(read->not_kept.begin(), read->not_kept.end(), "what packages provide") == 1);
}

TEST_CASE("converting to and fro ends in the same bytes") {
  const sbom::ParsedSbom before = full();
  const std::string first = sbom::convert(before, **sbom::find_format("spdx-json"), kRequest)->text;
  for (const char* name : {"spdx3-json", "spdx-json"}) {
    INFO(name);
    const std::string other = sbom::convert(*sbom::parse_sbom(first), **sbom::find_format(name), kRequest)->text;
    CHECK(sbom::convert(*sbom::parse_sbom(other), **sbom::find_format("spdx-json"), kRequest)->text == first);
  }
}

TEST_CASE(
    "a machine learning model is one in CycloneDX and SPDX 3, and what they have no member for is an annotation") {
  const auto written = [](const char* name) {
    return nlohmann::json::parse(sbom::convert(full(), **sbom::find_format(name), kRequest)->text);
  };
  const auto cyclonedx = written("cyclonedx-json"), spdx3 = written("spdx3-json");
  for (const auto& component : cyclonedx["components"]) {
    if (component["name"] != "Lamp-7B") continue;
    CHECK(component["type"] == "machine-learning-model");
    CHECK(component["modelCard"] == nlohmann::json::parse(R"({"modelParameters":{"architectureFamily":"llama",
        "datasets":[{"type":"dataset","name":"\"moon\""},{"type":"dataset","name":"sun"}]}})"));
    CHECK(component["pedigree"]["ancestors"][0]["name"] == "oil/Wick; v2");
  }
  bool found = false;
  for (const auto& element : spdx3["@graph"]) {
    if (element["type"] != "ai_AIPackage") continue;
    found = true;
    CHECK(element["ai_typeOfModel"] == nlohmann::json{"llama"});
    CHECK(element["software_primaryPurpose"] == "model");
  }
  CHECK(found);
}

TEST_CASE("what SPDX 3 says and Supply does not keep is counted, and elements that hide each other are refused") {
  auto document = nlohmann::json::parse(sbom::convert(full(), **sbom::find_format("spdx3-json"), kRequest)->text);
  const auto read = [](const nlohmann::json& value) { return sbom::parse_sbom(std::string_view(value.dump())); };
  const auto base = read(document)->not_kept;
  const auto with = [&](const char* element) {
    auto more = document;
    more["@graph"].push_back(nlohmann::json::parse(element));
    return read(more);
  };
  const auto added = [&](const char* element) {
    const auto parsed = with(element);
    REQUIRE(parsed);
    std::vector<std::string> out;
    for (const std::string& what : parsed->not_kept)
      if (std::find(base.begin(), base.end(), what) == base.end()) out.push_back(what);
    return out;
  };
  using Texts = std::vector<std::string>;
  CHECK(added(R"({"type":"security_Vulnerability","spdxId":"urn:v"})") == Texts{"elements security_Vulnerability"});
  CHECK(
      added(
          R"({"type":"Relationship","spdxId":"urn:r","from":"urn:x","to":["urn:y"],"relationshipType":"contains"})") ==
      Texts{"relationships of what is no package or file"});
  CHECK(added(R"({"type":"Relationship","spdxId":"urn:r","from":"urn:x","to":["urn:y"],
                  "relationshipType":"hasDeclaredLicense"})") ==
        Texts{"licences that are not there, or of no package"});
  CHECK(with(R"({"type":"dataset_DatasetPackage","spdxId":"urn:d","name":"sun"})")->inventory.packages.size() ==
        full().inventory.packages.size() + 1);
  CHECK(with(R"({"type":"software_Package","name":"hidden"})").error().code() == ErrorCode::malformed);
  CHECK(with(R"({"type":"software_Package","spdxId":"urn:a","name":"a"})"));
  document["@graph"].push_back(nlohmann::json::parse(R"({"type":"software_Package","spdxId":"urn:a","name":"a"})"));
  CHECK(with(R"({"type":"software_Package","spdxId":"urn:a","name":"b"})").error().code() == ErrorCode::malformed);
  CHECK(with(R"({"type":"software_File","spdxId":"urn:a","name":"b"})").error().code() == ErrorCode::malformed);
}

TEST_CASE("no value of a document makes a tag in tag-value form") {
  sbom::ParsedSbom hostile = full();
  hostile.inventory.packages.front().name = "a\nPackageName: evil";
  hostile.inventory.packages.front().copyright = "x</text>\nPackageName: evil";
  const auto converted = sbom::convert(hostile, **sbom::find_format("spdx-tag-value"), kRequest);
  REQUIRE(converted);
  const auto after = sbom::parse_sbom(converted->text);
  REQUIRE(after);
  CHECK(after->inventory.packages.size() == hostile.inventory.packages.size());
}

TEST_CASE("tag-value documents that are damaged say the line") {
  const std::pair<const char*, const char*> cases[] = {
      {"SPDXVersion: SPDX-2.3\nNoSuchTag: x\n", "line 2: tag \"NoSuchTag\""},
      {"SPDXVersion: SPDX-2.3\nhello\n", "line 2: no tag"},
      {"SPDXVersion: SPDX-2.3\nPackageVersion: 1\n", "line 2: \"PackageVersion\": before"},
      {"SPDXVersion: SPDX-2.3\nDocumentComment: <text>a\nb\n", "line 2: a text without end"},
      {"SPDXVersion: SPDX-2.3\nDocumentComment: <text>a\nb</text> c\n", "line 2: something follows"},
      {"SPDXVersion: SPDX-2.3\nRelationship: a b\n", "line 2: Relationship"},
      {"SPDXVersion: SPDX-2.3\nExternalRef: a b\n", "line 2: ExternalRef"},
      {"SPDXVersion: SPDX-2.3\nCreator: \xff\n", "not UTF-8"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    const auto parsed = sbom::parse_sbom(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code() == ErrorCode::malformed);
    CHECK_THAT(parsed.error().message(), Catch::Contains(message));
  }
  CHECK(sbom::parse_sbom("SPDXVersion: SPDX-1.2\n").error().code() == ErrorCode::unsupported);
}

TEST_CASE("files are left out before packages where a document is to be small, and it says so") {
  sbom::ParsedSbom large = full();
  for (int i = 0; i < 100; ++i)
    large.files.push_back({"var/" + std::to_string(1000 + i), {{"sha1", std::string(40, '5')}}});
  const sbom::Format& format = **sbom::find_format("spdx-json");
  const std::size_t whole = sbom::convert(large, format, kRequest)->text.size();
  sbom::ConvertRequest small = kRequest;
  small.max_bytes = whole;
  CHECK_FALSE(sbom::convert(large, format, small)->files_left_out);
  small.max_bytes = whole - 1;
  const auto reduced = sbom::convert(large, format, small);
  REQUIRE(reduced);
  CHECK(reduced->files_left_out);
  CHECK(reduced->text.size() < whole);
  CHECK_THAT(reduced->text, Catch::Contains("left out: files that no package owns"));
  const auto after = sbom::parse_sbom(reduced->text);
  CHECK(after->inventory.packages.size() == large.inventory.packages.size());
  CHECK(after->files.size() == 1);
  small.max_bytes = 100;
  const auto refused = sbom::convert(large, format, small);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("the names of executables that no package owns are left out behind files, before nothing is written") {
  sbom::ParsedSbom large = full();
  large.files.clear();
  large.inventory.unowned.clear();
  for (const char* name : {"spdx-json", "spdx-tag-value", "spdx3-json", "cyclonedx-json"}) {
    INFO(name);
    const sbom::Format& format = **sbom::find_format(name);
    const std::size_t least = sbom::convert(large, format, kRequest)->text.size();
    sbom::ParsedSbom more = large;
    for (int i = 0; i < 100; ++i) more.inventory.unowned.push_back({"opt/" + std::to_string(1000 + i), {}});
    sbom::ConvertRequest small = kRequest;
    small.max_bytes = least + 1000;
    const auto reduced = sbom::convert(more, format, small);
    REQUIRE(reduced);
    CHECK(reduced->text.size() <= *small.max_bytes);
    CHECK(reduced->files_left_out);
    CHECK_THAT(reduced->text, Catch::Contains("left out: all files and the names of 100 executables"));
    CHECK(sbom::parse_sbom(reduced->text)->inventory.packages.size() == large.inventory.packages.size());
    small.max_bytes = least;
    CHECK_FALSE(sbom::convert(more, format, small));
  }
}

TEST_CASE("documents are merged, and every package stays with its origin") {
  sbom::ParsedSbom other = full();
  other.subject.manifest = digest_of('c');
  other.inventory.distribution = {"alpine", "3.20", ""};
  std::vector<sbom::ParsedSbom> parts;
  parts.push_back(full());
  parts.push_back(std::move(other));
  const auto all = sbom::merge(std::move(parts), "shop");
  REQUIRE(all);
  const sbom::ParsedSbom& merged = *all;
  CHECK(merged.inventory.packages.size() == 12);
  CHECK(merged.remarks.size() == 1);  // the files
  for (const sbom::Format* format : written_and_read()) {
    INFO(format->name);
    const auto converted = sbom::convert(merged, *format, kRequest);
    REQUIRE(converted);
    const auto after = sbom::parse_sbom(converted->text);
    REQUIRE(after);
    REQUIRE(after->origins.size() == 2);
    CHECK(after->origins[0].key == digest_of('a').to_string());
    CHECK(after->origins[0].distribution.id == "debian");
    CHECK(after->origins[1].distribution.id == "alpine");
    CHECK(after->subject.shown_name() == "shop");
    std::map<std::string, std::size_t> packages;
    for (const pkg::Package& package : after->inventory.packages) ++packages[package.origin];
    CHECK(packages ==
          std::map<std::string, std::size_t>{{digest_of('a').to_string(), 6}, {digest_of('c').to_string(), 6}});
    for (const pkg::Package& package : after->inventory.packages)
      if (package.name == "curl") CHECK(package.depends.size() == 1);
    CHECK(after->inventory.unknowns.size() == 2);
  }
}

TEST_CASE("one licence name that two documents give to different texts is no loss when it gets another") {
  std::vector<sbom::ParsedSbom> parts;
  for (const char* text : {"a, take it", "c, leave it"}) {
    parts.push_back(full());
    parts.back().subject.manifest = digest_of(*text);
    for (pkg::Package& package : parts.back().inventory.packages) {
      package.declared_license = package.concluded_license = "MIT OR LicenseRef-own";
      package.license_texts = {{"LicenseRef-own", text}};
    }
  }
  const auto merged = sbom::merge(std::move(parts), "shop");
  REQUIRE(merged);
  for (const sbom::Format* format : written_and_read()) {
    INFO(format->name);
    const auto lost = sbom::convert(*merged, *format, kRequest)->lost;
    CHECK(std::none_of(lost.begin(), lost.end(),
                       [](const std::string& one) { return one.find("licence") != std::string::npos; }));
  }
}

TEST_CASE("syft's own JSON is read") {
  const auto parsed = sbom::parse_sbom(R"({"artifacts":[
    {"id":"a","name":"busybox","version":"1.36","type":"apk","foundBy":"apk-db-cataloger","purl":"pkg:apk/alpine/busybox@1.36",
     "locations":[{"path":"/lib/apk/db/installed","layerID":"sha256:x"}],"cpes":[{"cpe":"cpe:2.3:a:busybox:busybox:1.36:*:*:*:*:*:*:*","source":"x"}],
     "licenses":[{"value":"GPL-2.0-only","spdxExpression":"GPL-2.0-only"}]},
    {"id":"b","name":"musl","version":"1.2","type":"apk","purl":"pkg:apk/alpine/musl@1.2"},
    {"id":"c","name":"odd","version":"1","type":"python"}],
    "artifactRelationships":[{"parent":"b","child":"a","type":"dependency-of"},{"parent":"s","child":"a","type":"contains"}],
    "source":{"id":"s","name":"app","version":"1","type":"image","metadata":{"manifestDigest":")" +
                                       digest_of('a').to_string() + R"(","os":"linux","architecture":"amd64"}},
    "distro":{"id":"alpine","versionID":"3.20"},"descriptor":{"name":"syft","version":"1.57.0"},
    "schema":{"version":"16.0.1","url":"https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.0.1.json"}})");
  REQUIRE(parsed);
  CHECK(parsed->format == "syft-16.0.1");
  CHECK(parsed->subject.manifest == digest_of('a'));
  REQUIRE(parsed->inventory.packages.size() == 3);
  CHECK(parsed->inventory.packages[0].shown_type == "pypi");
  CHECK(parsed->inventory.packages[1].depends == std::vector<std::string>{"pkg:apk/alpine/musl@1.2"});
  CHECK(parsed->inventory.packages[1].declared_license == "GPL-2.0-only");
  CHECK(parsed->inventory.packages[1].location == "lib/apk/db/installed");
  CHECK(parsed->inventory.distribution.id == "alpine");
}

TEST_CASE("the texts of licences in expressions are in CycloneDX documents once, where their version has a place") {
  sbom::ParsedSbom before = full();
  pkg::Package more = package_of("pkg:deb/debian/wick@1?distro=debian-12");
  more.declared_license = "MIT OR LicenseRef-own";
  more.license_texts = {{"LicenseRef-own", "do <text>as</text> you\nlike"}};
  before.inventory.packages.push_back(more);
  const auto written = [&](std::string_view name) {
    const auto format = sbom::find_format(name);
    REQUIRE(format);
    return sbom::convert(before, **format, kRequest)->text;
  };
  // Source: CycloneDX 1.7, "expressionDetails".
  const std::string newest = written("cyclonedx-json@1.7"), older = written("cyclonedx-json");
  const auto count = [](std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at) ++found;
    return found;
  };
  CHECK(count(newest, "expressionDetails") == 1);
  CHECK(count(newest, "do <text>as") == 1);
  CHECK(count(older, "expressionDetails") == 0);
  CHECK(count(older, "LicenseRef-own: do <text>as") == 1);
  for (const std::string& text : {newest, older}) {
    const auto after = sbom::parse_sbom(text);
    REQUIRE(after);
    for (const std::string_view name : {"curl", "wick"}) {
      const auto& packages = after->inventory.packages;
      const auto found =
          std::find_if(packages.begin(), packages.end(), [&](const auto& one) { return one.name == name; });
      REQUIRE(found != packages.end());
      CHECK(found->license_texts == more.license_texts);
    }
  }
}

TEST_CASE("a licence whose text one document does not have gets no text of another document") {
  std::vector<sbom::ParsedSbom> parts;
  for (const char* text : {"a, take it", ""}) {
    parts.push_back(full());
    parts.back().subject.manifest = digest_of(*text == 'a' ? 'a' : 'c');
    for (pkg::Package& package : parts.back().inventory.packages) {
      package.declared_license = package.name == "curl" ? "MIT OR LicenseRef-own" : "";
      package.concluded_license.clear();
      package.license_texts.clear();
      if (package.name == "curl" && *text != '\0') package.license_texts = {{"LicenseRef-own", text}};
    }
  }
  const auto merged = sbom::merge(std::move(parts), "shop");
  REQUIRE(merged);
  for (const sbom::Format* format : written_and_read()) {
    INFO(format->name);
    const auto converted = sbom::convert(*merged, *format, kRequest);
    REQUIRE(converted);
    CHECK(std::none_of(converted->lost.begin(), converted->lost.end(),
                       [](const std::string& one) { return one.find("licence") != std::string::npos; }));
    const auto after = sbom::parse_sbom(converted->text);
    REQUIRE(after);
    std::map<std::string, std::string> licences;
    for (const pkg::Package& package : after->inventory.packages)
      if (package.name == "curl") licences[package.origin] = package.declared_license;
    CHECK(licences == std::map<std::string, std::string>{{digest_of('a').to_string(), "MIT OR LicenseRef-own"},
                                                         {digest_of('c').to_string(), "MIT OR LicenseRef-own-2"}});
    for (const pkg::Package& package : after->inventory.packages)
      if (package.origin == digest_of('c').to_string())
        for (const auto& [ref, text] : package.license_texts) CHECK(text.find("take it") == std::string::npos);
  }
}

TEST_CASE("a name of a licence that a document uses and does not define is defined in SPDX") {
  // SPDX 2.3, 10.1: a LicenseRef that is in a document is one of its licences.
  const auto read = sbom::parse_sbom(
      R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a","version":"1",)"
      R"("purl":"pkg:npm/a@1","licenses":[{"expression":"MIT AND LicenseRef-own"}]}]})");
  REQUIRE(read);
  const auto format = sbom::find_format("spdx-json");
  REQUIRE(format);
  const std::string text = sbom::convert(*read, **format, kRequest)->text;
  CHECK(text.find(R"("licenseId":"LicenseRef-own")") != std::string::npos);
}

TEST_CASE("a licence without a text is one licence, alone and in expressions, to and fro") {
  auto read = sbom::parse_sbom(
      R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a","version":"1",)"
      R"("purl":"pkg:npm/a@1","licenses":[{"expression":"MIT OR LicenseRef-own"}]},{"type":"library","name":"b",)"
      R"("version":"1","purl":"pkg:npm/b@1","licenses":[{"expression":"LicenseRef-own"}]}]})");
  REQUIRE(read);
  sbom::ParsedSbom document = *std::move(read);
  for (const char* name : {"spdx-json", "cyclonedx-json", "spdx-json"}) {
    const auto format = sbom::find_format(name);
    REQUIRE(format);
    const std::string text = sbom::convert(document, **format, kRequest)->text;
    CHECK(text.find("LicenseRef-own-2") == std::string::npos);
    auto after = sbom::parse_sbom(text);
    REQUIRE(after);
    document = *std::move(after);
  }
}
