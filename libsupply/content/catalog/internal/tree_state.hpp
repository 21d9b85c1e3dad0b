// The state of the tree: files that are not as their package's database recorded them, and executables that no package
// owns.
#pragma once

#include "libsupply/content/catalog/cataloger.hpp"

namespace supply::catalog {

/// Keeps nothing of ELF files but that they are such.
const rootfs::Collector& elf_files();

/// Fills Inventory::changed from what packages recorded of their files. Of a tree without file digests nothing.
/// Errors: limit_exceeded, those of Cataloger::recorded.
Status add_changed_files(const Context& context, pkg::Inventory& catalog);

/// Fills Inventory::unowned: regular files with an x bit, which is what execve asks for, and ELF files without one,
/// which a program loads as a library or gives to the dynamic linker. Owned is what a package lists (Package::files,
/// filled before), was read from, or has in a directory that is its own. Errors: limit_exceeded.
Status add_unowned_executables(const Context& context, pkg::Inventory& catalog);

}  // namespace supply::catalog
