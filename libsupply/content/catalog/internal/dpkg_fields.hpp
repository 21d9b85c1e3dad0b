// What dpkg asks of the values of fields in its database: where one is bad, it reads nothing of the whole. Pure.
// Source: dpkg 1.21, lib/dpkg/fields.c, parsehelp.c, pkg-spec.c, trigname.c, arch.c.
#pragma once

#include <string_view>

#include "libsupply/base/deb822/deb822.hpp"

namespace supply::catalog {

bool is_dpkg_name(std::string_view name);
/// Bytes that should not be in a version are only warned of by dpkg.
bool is_dpkg_version(std::string_view version);
/// Relations (Depends and its like), Conffiles, Config-Version, triggers, and what is only in lists of what is
/// available. Errors: malformed, with the field.
Status check_dpkg_fields(const deb822::Stanza& stanza);

}  // namespace supply::catalog
