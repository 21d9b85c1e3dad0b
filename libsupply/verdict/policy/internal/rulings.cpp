#include "libsupply/verdict/policy/internal/rulings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace supply::policy {

std::string subject_of(const PlatformFacts& platform) {
  return fmt::format("{} {}", platform.platform.to_string(), platform.manifest.to_string());
}

Rulings::Rulings(std::string_view rule, Subject subject, const Policy& policy, const Asks& asks)
    : subject_(std::move(subject)), policy_(policy), asks_(asks), rule_(rule) {}
Rulings::Rulings(std::string_view rule, const Facts& facts, const Policy& policy, const Asks& asks)
    : Rulings(rule, facts.subject(), policy, asks) {}

std::string Rulings::add(Severity severity, FindingText said, std::string_view kind, IsKnown known) {
  if (said.id.empty())
    said.id =
        said.subject.starts_with("pkg:") ? said.subject.substr(0, said.subject.find_first_of("?#")) : said.subject;
  std::string id = said.id;
  const bool denies = severity == Severity::error && known == IsKnown::yes;
  const bool covered = denies && exception_for(policy_, subject_, rule_, id, &asks_) != nullptr;
  findings_[{severity, known == IsKnown::no, covered, std::string(kind)}].add(
      {.rule = rule_,
       .severity = severity,
       .subject = std::move(said.subject),
       .place = said.place.uri.empty() ? subject_.place : std::move(said.place),
       .expected = std::move(said.expected),
       .found = std::move(said.found),
       .evidence = std::move(said.evidence),
       .remedy = std::move(said.remedy),
       .id = std::move(said.id),
       .kind = std::string(kind),
       .undecided = known == IsKnown::no,
       .others = said.others});
  return id;
}

void Rulings::satisfied(FindingText said) {
  satisfied_ = true;
  if (said.remedy.empty()) said.remedy = "none needed";
  add(Severity::note, std::move(said));
}

void Rulings::denied(FindingText said, std::string_view kind) {
  denied_ = true;
  denied_ids_.insert(add(Severity::error, std::move(said), kind));
}

void Rulings::unproven(FindingText said, std::string_view kind,
                       const std::vector<std::pair<Digest, const SubjectEvidence*>>& evidence_for) {
  const auto unread = std::find_if(evidence_for.begin(), evidence_for.end(),
                                   [](const auto& each) { return !each.second->unread.empty(); });
  if (unread == evidence_for.end()) return denied(std::move(said), kind);
  said.found += fmt::format("; not read: {}", unread->second->unread);
  undecided(std::move(said), kind);
}

void Rulings::undecided(FindingText said, std::string_view kind) {
  undecided_ = true;
  add(Severity::error, std::move(said), kind, IsKnown::no);
}

void Rulings::unread(const PlatformFacts& platform, const std::string& expected) {
  const std::vector<std::string>& all = platform.unreadable_packages;
  if (all.empty()) return;
  undecided_ = true;
  const Severity severity = denied_ ? Severity::warning : Severity::error;
  for (const std::string& one : all)
    add(severity,
        {subject_of(platform), expected, "could not be read: " + one, "",
         "repair it or remove it from the image; what is not read is not known"},
        "unread", IsKnown::no);
}

void Rulings::warn(FindingText said, std::string_view kind) { add(Severity::warning, std::move(said), kind); }

Ruling Rulings::finish() && {
  Ruling ruling;
  if (denied_) ruling.status = RuleStatus::denied;
  else if (satisfied_ && !undecided_) ruling.status = RuleStatus::satisfied;
  // One signature on an index is said once, not once for each platform under it.
  for (auto& [group, listed] : findings_) {
    std::vector<Finding> some = std::move(listed).take();
    std::move(some.begin(), some.end(), std::back_inserter(ruling.findings));
  }
  sort_findings(ruling.findings);
  ruling.denied = std::move(denied_ids_);
  ruling.undecided_too = undecided_;
  return ruling;
}

std::string refused_text(const std::vector<std::pair<Digest, const SubjectEvidence*>>& evidence_for) {
  constexpr std::size_t kSpeltOut = 3;
  std::vector<Refusal> all;
  for (const auto& [digest, attached] : evidence_for)
    all.insert(all.end(), attached->refused.begin(), attached->refused.end());
  if (all.empty()) return {};
  std::sort(all.begin(), all.end());
  std::string text = fmt::format("; {} attached and refused: ", all.size());
  for (std::size_t i = 0; i < all.size() && i < kSpeltOut; ++i)
    text += fmt::format("{}{} {} ({})", i == 0 ? "" : ", ", all[i].what, all[i].evidence.to_string(), all[i].why);
  if (all.size() > kSpeltOut) text += ", …";
  return text;
}

}  // namespace supply::policy
