// What a signer may use of this process: its environment, its terminal, its clock, a client for services.
#pragma once

#include <memory>

#include "libsupply/trust/sign/signer_kind.hpp"

namespace supply::tools {

struct Common;

/// `client` outlives the context. Errors: usage (--deadline).
Result<sign::SignerContext> signer_context(const Common& common, http::Client& client);

}  // namespace supply::tools
