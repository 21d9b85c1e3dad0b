// Whole numbers of messages in proto3's JSON form. Pure; any thread. Source: protobuf.dev, ProtoJSON format.
#pragma once

#include <optional>

#include "libsupply/base/json/json.hpp"

namespace supply::json {

/// The number from 0 to 2^63-1 that a field of type int32, int64, uint32 or uint64 has: a string or a number, also
/// "1e3" and "7.0"; nothing when `value` is none. Written as a number with a fraction or an exponent, which a Value
/// holds as a double, it is at most 2^53.
std::optional<std::int64_t> proto_number(const Value& value);

}  // namespace supply::json
