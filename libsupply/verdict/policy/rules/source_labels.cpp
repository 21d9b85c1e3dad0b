// The labels that say where the image is from are what its signed provenance says (config: labels_match_provenance).
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

constexpr std::string_view kSource = "org.opencontainers.image.source", kRevision = "org.opencontainers.image.revision";

/// Provenance that counts: signed, read, and without contradiction. Whether its builder is trusted, the rule provenance
/// asks. By their evidence.
std::vector<const ProvenanceStatement*> statements_of(
    const std::vector<std::pair<Digest, const SubjectEvidence*>>& evidence_for) {
  std::vector<const ProvenanceStatement*> all;
  for (const auto& [subject, attached] : evidence_for)
    for (const ProvenanceStatement& each : attached->provenance)
      if (each.claims && each.claims->contradiction.empty()) all.push_back(&each);
  std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->evidence < b->evidence; });
  return all;
}

std::string label(const PlatformFacts& platform, std::string_view name) {
  const auto found = platform.config.labels.find(std::string(name));
  return found == platform.config.labels.end() ? std::string() : found->second;
}

bool same_source(const supply::provenance::SourceRepository& source, std::string_view said) {
  const auto uri = supply::provenance::SourceUri::parse(said);
  return uri && source.address && source.address->may_be_same_repository(uri->address);
}

void judge_platform(const Facts& facts, const PlatformFacts& platform, Rulings& rulings) {
  const auto evidence_for = facts.evidence_for(platform);
  const auto statements = statements_of(evidence_for);
  const std::string expected = "labels source and revision as the provenance has them";
  if (statements.empty())
    return rulings.unproven(
        {subject_of(platform), expected, "no provenance that could be read" + refused_text(evidence_for), "",
         "attest provenance: supply provenance --attest", "provenance"},
        "missing", evidence_for);
  const std::string source = label(platform, kSource), revision = label(platform, kRevision);
  const auto is_source = [&](const supply::provenance::SourceRepository& one) { return same_source(one, source); };
  const auto is_revision = [&](const supply::provenance::SourceRepository& one) {
    return !one.commit.empty() && one.commit == to_lower(revision);
  };
  // The repository of one provenance with the commit of another is what neither says.
  const bool together = std::any_of(statements.begin(), statements.end(), [&](const ProvenanceStatement* each) {
    return std::any_of(each->claims->sources.begin(), each->claims->sources.end(),
                       [&](const auto& one) { return is_source(one) && is_revision(one); });
  });
  const auto check = [&](std::string_view name, const std::string& said, const auto& agrees, const auto& other_agrees) {
    FindingText finding{subject_of(platform),
                        expected,
                        "",
                        statements.front()->evidence.to_string(),
                        fmt::format("set LABEL {} from what is built", name),
                        std::string(name)};
    if (said.empty()) {
      finding.found = fmt::format("no label {}", name);
      return rulings.denied(std::move(finding), "no-label");
    }
    std::string texts;
    for (const ProvenanceStatement* each : statements)
      for (const auto& one : each->claims->sources) {
        if (agrees(one) && (!together || other_agrees(one))) {
          if (!together && name == kRevision && !source.empty()) {
            finding.found =
                fmt::format("{}={}, of another provenance than says {}={}", name, quote(said), kSource, quote(source));
            return rulings.denied(std::move(finding), "contradicts");
          }
          finding.found = fmt::format("{}={}", name, quote(said));
          finding.evidence = each->evidence.to_string();
          return rulings.satisfied(std::move(finding));
        }
        texts = texts.empty() ? one.to_string() : std::min(texts, one.to_string());
      }
    finding.found =
        fmt::format("{}={}, and the provenance says {}", name, quote(said), texts.empty() ? "no source" : texts);
    rulings.denied(std::move(finding), "contradicts");
  };
  check(kSource, source, is_source, is_revision);
  check(kRevision, revision, is_revision, is_source);
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart&) {
  Rulings rulings("source_labels", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(facts, platform, rulings);
  return std::move(rulings).finish();
}

constexpr std::string_view kGuide =
    R"md(The labels `org.opencontainers.image.source` and `.revision` are there and are what signed provenance says: the repository
(`https` or `http`, with or without `.git`) and the commit, in full. Any one provenance by a key or identity of the policy
that says both suffices; ask the rule `provenance` too, for whose word counts. A finding's id is the label's name.)md";

}  // namespace

const Rule& source_labels() {
  static constexpr Rule rule{.id = "source_labels",
                             .title = "labels that agree with the provenance",
                             .denied = "labels that the provenance contradicts",
                             .member = "config.labels_match_provenance",
                             .schema = kFlagSchema,
                             .guide = kGuide,
                             .parse = read_flag,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
