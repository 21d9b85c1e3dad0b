// What a subject was told, put in order.
#pragma once

#include <string_view>

#include "libsupply/trust/verify/verifier.hpp"

namespace supply::verify::internal {

/// Sorted, nothing twice, and no more refusals than somebody may read.
void tidy(SubjectClaims& outcome);
/// For Refused::what.
std::string_view name_of(attachments::AttachmentKind kind);

}  // namespace supply::verify::internal
