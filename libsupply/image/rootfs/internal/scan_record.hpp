// A layer's scan as bytes for this machine, and back. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/image/rootfs/layer_scan.hpp"

namespace supply::rootfs {

/// All of a scan but its digest and its collectors' names. Nothing for one with files of a second read: those depend on
/// other layers.
std::optional<std::string> to_scan_record(const LayerScan& scan);
/// Fills `scan`, which has its digest and its collectors' names. False when the bytes are not what to_scan_record
/// gives: `scan` is then of no use. Errors: limit_exceeded (what it holds is drawn from its share).
Result<bool> from_scan_record(std::string_view record, LayerScan& scan);

}  // namespace supply::rootfs
