// systemd's package metadata in a program: the JSON of an ELF note that says which package a program was built as.
// Source: https://systemd.io/PACKAGE_METADATA_FOR_EXECUTABLE_FILES
#pragma once

#include <string_view>

#include "libsupply/base/result/result.hpp"
#include "libsupply/content/pkg/package.hpp"

namespace supply::catalog {

inline constexpr std::string_view kPackageNoteOwner = "FDO";
inline constexpr std::uint32_t kPackageNoteType = 0xcafe1a7e;

/// `description` is the note's, with the NULs at its end. Errors: malformed.
Result<pkg::Package> parse_package_note(std::string_view description);

}  // namespace supply::catalog
