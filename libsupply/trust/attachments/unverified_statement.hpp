// What a piece of evidence says, before anybody asked who says it. For showing and for documents that are checked
// against something else anyway; never for a verdict about who signed.
#pragma once

#include <optional>

#include "libsupply/trust/attachments/attachments.hpp"
#include "libsupply/trust/attest/statement.hpp"

namespace supply::attachments {

/// The statement in a bundle, envelope or unsigned layer; nothing when there is none, or it is malformed. Errors:
/// unsupported and limit_exceeded, for a form or a size that Supply does not read: there may well be one.
Result<std::optional<attest::Statement>> unverified_statement(const Attachment& evidence);

}  // namespace supply::attachments
