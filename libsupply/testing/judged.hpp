// What a Verifier and a collection say of one subject, with a budget of their own. Tests only.
#pragma once

#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/trust/verify/verifier.hpp"

namespace supply::testing {

inline verify::SubjectClaims image(const verify::Verifier& verifier, const Digest& subject,
                                   const std::vector<attachments::Attachment>& evidence) {
  Budget budget;
  auto outcome = verifier.image(subject, evidence, budget);
  if (!outcome) throw std::runtime_error(outcome.error().message());
  return *std::move(outcome);
}

inline auto blob_attestation(const verify::Verifier& verifier, const Digest& blob, std::string_view bundle) {
  Budget budget;
  return verifier.blob_attestation(blob, bundle, budget);
}

inline Result<attachments::Attachments> collect(store::ImageSource& source, const oci::Descriptor& subject,
                                                const attachments::Query& wanted = {},
                                                attachments::Attachments known = {}) {
  attachments::BySubject before;
  before.emplace(subject.digest, std::move(known));
  SUPPLY_TRY(attachments::BySubject found, attachments::collect(source, {subject}, wanted, std::move(before)));
  return std::move(found.at(subject.digest));
}

}  // namespace supply::testing
