// What makes a scan of entries as they pass: from a layer's tar, or from a directory as if it were one.
#pragma once

#include <memory>

#include "libsupply/base/archive/tar_reader.hpp"
#include "libsupply/image/rootfs/layer_scan.hpp"

namespace supply::rootfs {

/// Borrows both. hole() says whether anybody wants the next bytes of a file whose first ones were fed.
std::unique_ptr<archive::TarVisitor> make_first_pass(const LayerRequest& request, LayerScan& scan);

}  // namespace supply::rootfs
