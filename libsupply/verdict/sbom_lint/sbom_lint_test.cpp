// What each profile asks for. Whether NTIA's is the same as that of ntia-conformance-checker: ci/e2e/test_sbom.py.
#include "libsupply/verdict/sbom_lint/sbom_lint.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace supply;

namespace {

// A document of one image with one package that states all that any profile asks for.
sbom::ParsedSbom all_stated() {
  sbom::ParsedSbom out;
  out.format = "CycloneDX-1.6";
  out.subject.name = "app";
  out.created = Time();
  out.makers = {{"Organization: Example (sbom@example.org)"}, {"supply-0.1.0"}};
  out.generation_context = "post-build";
  out.states_completeness = true;
  out.uri = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79";
  sbom::StatedElement element;
  element.id = "a";
  element.name = "a";
  element.version = "1";
  element.supplier = "Organization: Example (https://example.org)";
  element.identifiers = {"pkg:npm/a@1"};
  element.hash_algorithms = {"sha512"};
  element.license = element.declared_license = element.concluded_license = "MIT";
  element.source_address = element.deployable_address = "https://example.org/a.tgz";
  element.file_name = "a.tgz";
  element.is_related = element.states_dependencies = element.states_kind = true;
  out.elements.push_back(element);
  return out;
}

std::set<std::string> denied(const sbom::ParsedSbom& sbom, std::string_view profile) {
  std::set<std::string> rules;
  for (const auto& judgement : sbom_lint::lint(sbom, **sbom_lint::find_profile(profile), "x").judgements)
    if (has_errors(judgement.findings)) rules.insert(std::string(judgement.requirement->id));
  return rules;
}

}  // namespace

TEST_CASE("a document that states everything fulfils every profile") {
  for (const sbom_lint::Profile& profile : sbom_lint::all_profiles()) {
    INFO(profile.name);
    CHECK(denied(all_stated(), profile.name).empty());
  }
}

TEST_CASE("each thing that is not stated is a no of the profiles that ask for it") {
  using Change = void (*)(sbom::ParsedSbom&);
  const std::tuple<const char*, Change, std::set<std::string>> cases[] = {
      {"author", [](auto& s) { s.makers.authors.clear(); }, {"cisa/author", "bsi/author"}},
      {"makers", [](auto& s) { s.makers = {}; }, {"ntia/author", "cisa/author", "cisa/tool", "bsi/author"}},
      {"time", [](auto& s) { s.created.reset(); }, {"ntia/timestamp", "cisa/timestamp", "bsi/timestamp"}},
      {"context", [](auto& s) { s.generation_context.clear(); }, {"cisa/context"}},
      {"name", [](auto& s) { s.elements[0].name.clear(); }, {"ntia/name", "cisa/name", "bsi/name", "cra/name"}},
      {"version", [](auto& s) { s.elements[0].version.clear(); }, {"ntia/version", "cisa/version", "bsi/version"}},
      {"supplier", [](auto& s) { s.elements[0].supplier.clear(); }, {"ntia/supplier", "cisa/producer", "bsi/creator"}},
      {"address", [](auto& s) { s.elements[0].supplier = "Organization: Example"; }, {"bsi/creator"}},
      {"identifier", [](auto& s) { s.elements[0].identifiers.clear(); }, {"cisa/identifier"}},
      {"hash", [](auto& s) { s.elements[0].hash_algorithms.clear(); }, {"cisa/hash", "bsi/hash"}},
      {"weaker hash", [](auto& s) { s.elements[0].hash_algorithms = {"sha256"}; }, {"bsi/hash"}},
      {"licence", [](auto& s) { s.elements[0].license.clear(); }, {"cisa/license"}},
      {"concluded licence", [](auto& s) { s.elements[0].concluded_license.clear(); }, {"bsi/license"}},
      {"file name", [](auto& s) { s.elements[0].file_name.clear(); }, {"bsi/filename"}},
      {"kind", [](auto& s) { s.elements[0].states_kind = false; }, {"bsi/properties"}},
      {"relation",
       [](auto& s) { s.elements[0].is_related = false; },
       {"ntia/relationship", "cisa/relationship", "bsi/dependencies", "cra/dependencies"}},
      {"completeness", [](auto& s) { s.states_completeness = false; }, {"bsi/completeness"}},
      {"vulnerabilities", [](auto& s) { s.lists_vulnerabilities = true; }, {"bsi/no-vulnerabilities"}},
      {"old format", [](auto& s) { s.format = "SPDX-2.3"; }, {"bsi/format"}},
      {"own format", [](auto& s) { s.format = "syft-16.0.1"; }, {"bsi/format", "cra/format"}},
      {"product", [](auto& s) { s.subject = {}; }, {"cra/product"}},
      {"components", [](auto& s) { s.elements.clear(); }, {"ntia/relationship", "cra/components", "cra/dependencies"}},
  };
  for (const auto& [name, change, expected] : cases) {
    INFO(name);
    sbom::ParsedSbom sbom = all_stated();
    change(sbom);
    std::set<std::string> rules;
    for (const sbom_lint::Profile& profile : sbom_lint::all_profiles()) rules.merge(denied(sbom, profile.name));
    CHECK(rules == expected);
  }
}

TEST_CASE("what has to be stated only where it exists is a warning") {
  using Change = void (*)(sbom::ParsedSbom&);
  const std::pair<const char*, Change> cases[] = {
      {"bsi/uri", [](auto& s) { s.uri.clear(); }},
      {"bsi/source", [](auto& s) { s.elements[0].source_address.clear(); }},
      {"bsi/deployable", [](auto& s) { s.elements[0].deployable_address.clear(); }},
      {"bsi/identifier", [](auto& s) { s.elements[0].identifiers.clear(); }},
      {"bsi/original-license", [](auto& s) { s.elements[0].declared_license.clear(); }},
  };
  for (const auto& [rule, change] : cases) {
    INFO(rule);
    sbom::ParsedSbom sbom = all_stated();
    change(sbom);
    CHECK(denied(sbom, "bsi").empty());
    std::set<std::string> warned;
    for (const auto& judgement : sbom_lint::lint(sbom, **sbom_lint::find_profile("bsi"), "x").judgements)
      if (!judgement.findings.empty()) warned.insert(std::string(judgement.requirement->id));
    CHECK(warned == std::set<std::string>{rule});
  }
}

TEST_CASE("what nobody read of an image is said, and a profile that is not known is refused") {
  sbom::ParsedSbom sbom = all_stated();
  sbom.inventory.unknowns = {{"rpm", "var/lib/rpm/Packages", "not read"}};
  const auto report = sbom_lint::lint(sbom, **sbom_lint::find_profile("ntia"), "x");
  REQUIRE(report.unknowns.size() == 1);
  CHECK(report.unknowns[0].severity == Severity::error);
  CHECK(report.unknowns[0].undecided);
  const auto refused = sbom_lint::find_profile("nist");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::usage);
}
