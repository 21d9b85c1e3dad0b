// How trusted roots and signing configurations say from when until when something is trusted. Pure; any thread.
// Source: sigstore/protobuf-specs, sigstore_common.proto, TimeRange. Ends count; a time within a second is before its
// end, and from a start within one the next is the first that counts.
#pragma once

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::root {

/// The first whole second that is not before the time: from when on something is trusted. Errors: malformed.
Result<Time> parse_start(std::string_view text);

/// The member `validFor` of an object; without one, always. Errors: malformed, also for one that ends before it starts.
Result<ValidityWindow> validity_window_in(const json::Value& object);

}  // namespace supply::root
