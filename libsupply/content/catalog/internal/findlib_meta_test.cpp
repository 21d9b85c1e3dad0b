#include "libsupply/content/catalog/internal/findlib_meta.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;

namespace {

// As Debian 12's libre-ocaml-dev has it, shortened.
constexpr std::string_view kRe = R"(version = "1.10.4"
description = "Pure OCaml (regular) expression \"library\""
requires = "seq lamp.wick,wax"
requires(ppx_driver) = "gone"
archive(byte) = "re.cma"
package "str" (
  version = "1.10.4"
  requires = "re"
  package "deep" ( version = "1.10.4" )
)
# version = "2"
version(mt) = "3"
)";

}  // namespace

TEST_CASE("libraries of OCaml's that no opam installed are found by their META") {
  const auto catalog = catalog_of_files(
      {{"usr/lib/ocaml/re/META", std::string(kRe)},
       {"usr/lib/ocaml/wax/META", "version = \"v0.16.2\"\n"},
       {"usr/local/lib/ocaml/4.14.1/site-lib/base/META", "version = \"v0.17\"\n"},
       {"usr/lib/ocaml/seq/META", "version = \"[distributed with OCaml 4.07 or above]\"\nrequires = \"\"\n"},
       // dune's own libraries have a version in each part alone.
       {"usr/lib/ocaml/dune-private-libs/META",
        "package \"a\" (\n version = \"2.9.3\"\n)\npackage \"b\" (\n version = \"2.9.3\"\n)\n"},
       {"usr/lib/ocaml/dune/META", "package \"configurator\" (\n requires = \"dune-configurator\"\n)\n"},
       {"usr/lib/ocaml/own/META", "version = \"[unspecified]\"\n"},
       {"usr/lib/ocaml/bad/META", "version = \"1"},
       // META(5): what "+=" adds follows behind a space.
       {"usr/lib/ocaml/plus/META", "version = \"1.2\"\nversion += \"beta\"\nversion(mt) += \"gone\"\n"},
       {"usr/share/x/META", "version = \"1\"\n"}});
  CHECK(purls(catalog, "ocaml") == std::set<std::string>{"pkg:opam/re@1.10.4", "pkg:opam/wax@v0.16.2",
                                                         "pkg:opam/base@v0.17", "pkg:opam/dune-private-libs@2.9.3",
                                                         "pkg:opam/dune", "pkg:opam/own@%5Bunspecified%5D",
                                                         "pkg:opam/plus@1.2%20beta"});
  CHECK(testing::package_named(catalog, "re").location == "usr/lib/ocaml/re/META");
  CHECK(testing::package_named(catalog, "re").depends == std::vector<std::string>{"pkg:opam/wax@v0.16.2"});
  CHECK(testing::unknowns_in(catalog) == std::vector<std::string>{"usr/lib/ocaml/bad/META: a text has no end"});
}

TEST_CASE("what opam installed is not listed a second time by its META") {
  const auto catalog = catalog_of_files(
      {{"root/.opam/s/.opam-switch/switch-state", "opam-version: \"2.0\"\ninstalled: [\"re.1.11.0\"]\n"},
       {"root/.opam/s/lib/ocaml/re/META", std::string(kRe)}});
  CHECK(purls(catalog, "ocaml") == std::set<std::string>{"pkg:opam/re@1.11.0"});
}

TEST_CASE("libraries of OCaml's are those that ocamlfind lists") {
  if (!testing::has_program("ocamlfind")) return;
  const std::string libraries = "/usr/lib/ocaml";
  const auto catalog = catalog_of_files(testing::files_below(libraries, "usr/lib/ocaml/"));
  // "re.str" is a part, and what is distributed with OCaml has no version of its own.
  CHECK(testing::names_and_versions(catalog, "ocaml") ==
        testing::lines_of("ocamlfind list 2>/dev/null | grep -v -e distributed -e '^[^ ]*[.]' | "
                          "sed 's/ *(version: \\(.*\\))$/ \\1/; s# n/a$# #'"));
}
