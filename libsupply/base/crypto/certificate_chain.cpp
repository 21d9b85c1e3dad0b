#include <algorithm>

#include "libsupply/base/crypto/certificate.hpp"
#include "libsupply/base/crypto/internal/name_constraints.hpp"
#include "libsupply/base/crypto/signature_memo.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto {
namespace {

constexpr unsigned kDigitalSignature = 1U << 0, kNonRepudiation = 1U << 1, kKeyCertSign = 1U << 5;

// Those whose meaning is acted on here. A critical one besides ends the matter (RFC 5280, section 4.2).
bool is_known(std::string_view oid) {
  constexpr std::string_view kKnown[] = {"2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17"};
  return std::find(std::begin(kKnown), std::end(kKnown), oid) != std::end(kKnown);
}

bool states(const Certificate& certificate, std::string_view usage) {
  const auto& all = certificate.extended_key_usage;
  return std::find(all.begin(), all.end(), usage) != all.end();
}

std::string usage_name(std::string_view usage) {
  return usage == kCodeSigning ? "codeSigning" : usage == kTimeStamping ? "timeStamping" : std::string(usage);
}

Error no(std::string why) { return Error(ErrorCode::mismatch, std::move(why)); }

enum class Place { leaf, issuer };

Status check_critical(const Certificate& certificate, Place place) {
  for (const Extension& extension : certificate.extensions)
    if (extension.critical && !is_known(extension.oid) &&
        (place == Place::leaf || extension.oid != internal::kNameConstraints))
      return no("critical extension " + extension.oid + ", which Supply does not know");
  return {};
}

Status check_leaf(const Certificate& leaf, const ChainQuestion& question) {
  SUPPLY_TRY(check_critical(leaf, Place::leaf));
  if (leaf.is_ca) return no("it is a certificate authority (basicConstraints)");
  // RFC 5280, section 4.2.1.12: with timeStamping go digitalSignature, nonRepudiation, or both.
  const bool stamps = question.usage == kTimeStamping;
  if (leaf.key_usage && (*leaf.key_usage & (stamps ? kDigitalSignature | kNonRepudiation : kDigitalSignature)) == 0)
    return no(std::string("its keyUsage lacks digitalSignature") + (stamps ? " and nonRepudiation" : ""));
  if (!states(leaf, question.usage)) return no("its extKeyUsage lacks " + usage_name(question.usage));
  if (question.leaf_validity && !leaf.is_valid_at(question.at))
    return no("valid from " + to_rfc3339(leaf.not_before) + " to " + to_rfc3339(leaf.not_after) + ", not at " +
              to_rfc3339(question.at));
  return {};
}

// `below`: the issuers between it and the leaf that are not self-issued (RFC 5280, section 6.1.4 (l)).
Status check_issuer(const Certificate& issuer, std::size_t below, const ChainQuestion& question) {
  SUPPLY_TRY(check_critical(issuer, Place::issuer));
  if (!issuer.is_ca) return no("issuer that is no certificate authority");
  if (issuer.path_length && *issuer.path_length < below) return no("issuer whose path length is exceeded");
  if (issuer.key_usage && (*issuer.key_usage & kKeyCertSign) == 0) return no("issuer whose keyUsage lacks keyCertSign");
  if (!issuer.extended_key_usage.empty() && !states(issuer, question.usage) && !states(issuer, kAnyExtendedKeyUsage))
    return no("issuer whose extKeyUsage lacks " + usage_name(question.usage));
  if (!issuer.is_valid_at(question.at))
    return no("issuer valid from " + to_rfc3339(issuer.not_before) + " to " + to_rfc3339(issuer.not_after) +
              ", not at " + to_rfc3339(question.at));
  return {};
}

Status check_signature(const Certificate& certificate, const Certificate& issuer, SignatureMemo* memo, Budget& budget) {
  if (!issuer.key) return no("issuer's key: " + issuer.key_fault->message());
  std::optional<bool> holds = memo != nullptr ? memo->find(certificate, issuer) : std::nullopt;
  if (!holds) {
    SUPPLY_TRY(budget.spend(Cost::verifications, issuer.key->cost(certificate.signature)));
    const Status made = verify_as(certificate.signature_algorithm, *issuer.key, certificate.tbs, certificate.signature);
    if (!made && made.error().code() == ErrorCode::unsupported) return no(made.error().message());
    holds = static_cast<bool>(made);
    if (memo != nullptr) memo->keep(certificate, issuer, *holds);
  }
  if (!*holds) return no("not signed by the issuer that it names");
  return {};
}

class Search {
 public:
  Search(std::span<const Certificate> authority, std::span<const Certificate> untrusted, const ChainQuestion& question,
         Budget& budget)
      : question_(question), budget_(budget), anchor_(&authority.back()) {
    for (const Certificate& each : authority) issuers_.push_back(&each);
    for (const Certificate& each : untrusted) issuers_.push_back(&each);
  }

  // Whether the chain so far leads to the anchor. Errors: limit_exceeded, of the budget.
  Result<bool> extend(std::vector<const Certificate*>& chain) {
    if (chain.size() >= kMaxChainLength) return false;
    for (const Certificate* issuer : issuers_) {
      if (issuer->subject != chain.back()->issuer) continue;
      if (std::any_of(chain.begin(), chain.end(), [&](const auto* one) { return one->der == issuer->der; })) continue;
      const auto below = static_cast<std::size_t>(std::count_if(
          chain.begin() + 1, chain.end(), [](const Certificate* one) { return one->issuer != one->subject; }));
      Status holds = check_issuer(*issuer, below, question_);
      if (holds) holds = check_signature(*chain.back(), *issuer, question_.memo, budget_);
      if (holds) holds = internal::check_names(*issuer, chain);
      if (!holds) {
        if (holds.error().code() != ErrorCode::mismatch) return std::move(holds).error();
        remember(chain.size(), holds.error());
        continue;
      }
      chain.push_back(issuer);
      if (issuer == anchor_) return true;
      SUPPLY_TRY(const bool leads, extend(chain));
      if (leads) return true;
      chain.pop_back();
    }
    return false;
  }

  const std::string& why() const { return why_; }

 private:
  void remember(std::size_t length, const Error& error) {
    if (length <= furthest_) return;
    furthest_ = length;
    why_ = error.message();
  }

  const ChainQuestion& question_;
  Budget& budget_;
  const Certificate* anchor_;
  std::vector<const Certificate*> issuers_;
  std::size_t furthest_ = 0;
  std::string why_ = "no certificate of the authority is its issuer";
};

}  // namespace

Result<std::vector<const Certificate*>> chain_of(const Certificate& leaf, std::span<const Certificate> authority,
                                                 std::span<const Certificate> untrusted, const ChainQuestion& question,
                                                 Budget& budget) {
  if (authority.empty()) return no("authority without certificates");
  SUPPLY_TRY(check_leaf(leaf, question));
  std::vector<const Certificate*> chain{&leaf};
  Search search(authority, untrusted, question, budget);
  SUPPLY_TRY(const bool found, search.extend(chain));
  if (!found) return no(search.why());
  return chain;
}

}  // namespace supply::crypto
