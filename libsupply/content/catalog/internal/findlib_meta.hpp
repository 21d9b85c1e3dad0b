// What findlib's META says of a library of OCaml's: packages that no opam installed. Pure functions.
// Source: findlib, META(5).
#pragma once

#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Whether a path is that of the META of an installed library: below a directory "ocaml", as "lib/ocaml/4.14/re/META".
bool is_findlib_meta(std::string_view path);
/// The library `name` is the directory that the META is in. Its version is the one at the top, or the only one that its
/// parts have. Nothing where it is a part of OCaml's own. Errors: malformed (a text or a part without an end).
Result<DescribedList> parse_findlib_meta(std::string_view text, std::string_view name);

}  // namespace supply::catalog
