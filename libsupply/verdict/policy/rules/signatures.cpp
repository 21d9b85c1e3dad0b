// Who signed the image: on the index, or on each platform's manifest. An attestation is no signature.
#include <fmt/format.h>

#include <map>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

std::string expected(const SignatureRule& rule) {
  const std::size_t keys = rule.signers.names.size();
  std::string text;
  if (keys == 1) text = "signed by " + rule.signers.to_string();
  else if (rule.threshold == 1) text = "signed by any of " + rule.signers.to_string();
  else if (rule.threshold == keys) text = "signed by all of " + rule.signers.to_string();
  else text = fmt::format("signed by {} of {} distinct keys: {}", rule.threshold, keys, rule.signers.to_string());
  std::string_view between = " with ";
  for (const auto& [key, value] : rule.annotations) {
    text += fmt::format("{}{}={}", between, key, value);
    between = ", ";
  }
  return text;
}

/// The annotation that the signature lacks or has otherwise, as "env=prod"; "" when it says all that is asked.
std::string lacking(const SignatureRule& rule, const attest::ImageSignature& signature) {
  for (const auto& [key, value] : rule.annotations) {
    const auto said = signature.annotations.find(key);
    if (said == signature.annotations.end() || said->second != value) return key + "=" + value;
  }
  return {};
}

struct Counted {
  Digest subject, evidence;
  std::string text;
  friend auto operator<=>(const Counted&, const Counted&) = default;
};

void judge_platform(const Facts& facts, const PlatformFacts& platform, const SignatureRule& rule, Rulings& rulings) {
  const auto evidence_for = facts.evidence_for(platform);
  std::map<std::string, std::set<Counted>> counted;  // by fingerprint: a key counts once, however often it signed
  std::set<std::string> near;
  for (const auto& [subject, attached] : evidence_for) {
    for (const auto& signature : attached->signatures) {
      const attest::Signer& signer = signature.signer();
      if (signature.claim().image != subject) continue;
      const auto name = rule.signers.names.find(signer.fingerprint);
      if (name == rule.signers.names.end()) {
        near.insert("signed by " + signer.key_name + ", which is not asked");
      } else if (const std::string lacks = lacking(rule, signature.claim()); !lacks.empty()) {
        near.insert(fmt::format("signed by {} without {}", name->second, lacks));
      } else {
        counted[signer.fingerprint].insert(
            {subject, signature.evidence(), fmt::format("signed by {} ({})", name->second, signer.scheme)});
      }
    }
  }
  if (!counted.empty() && counted.size() >= rule.threshold) {
    for (const auto& [fingerprint, signatures] : counted) {
      const Counted& first = *signatures.begin();
      rulings.satisfied({first.subject.to_string(), expected(rule), first.text, first.evidence.to_string(), ""});
    }
    return;
  }
  std::vector<std::string> texts;
  std::string evidence;
  for (const auto& [fingerprint, signatures] : counted) {
    texts.push_back(signatures.begin()->text);
    if (evidence.empty()) evidence = signatures.begin()->evidence.to_string();
  }
  texts.insert(texts.end(), near.begin(), near.end());
  std::string found = join(texts, "; ");
  if (found.empty()) found = "no signature by a key of the policy";
  std::set<std::string> attested;
  for (const auto& [subject, attached] : evidence_for)
    for (const Attestation& each : attached->attestations) attested.insert(each.signer.key_name);
  if (counted.empty() && near.empty() && !attested.empty()) found += " (an attestation is no signature)";
  rulings.unproven({subject_of(platform), expected(rule), found + refused_text(evidence_for), evidence,
                    fmt::format("supply sign --key KEY {}", facts.reference.with({{}, facts.digest}).to_string())},
                   counted.empty() && near.empty() ? "missing" : "not-enough", evidence_for);
}

bool asked(const ImageRules& rules) { return rules.signatures.has_value(); }

Ruling judge(const Facts& facts, const Policy& policy, const ImageRules& rules) {
  Rulings rulings("signatures", facts, policy);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(facts, platform, *rules.signatures, rulings);
  return std::move(rulings).finish();
}

}  // namespace

const Rule& signatures() {
  static constexpr Rule rule{"signatures", "signed by the keys that the policy asks for", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules
