// What the settings of a Go build say of the main module's version, where its module version is "(devel)".
// Source: Go 1.26 src/runtime/debug/mod.go (BuildInfo.String), src/cmd/go/internal/modload/build.go and
// src/cmd/link (-X); https://go.dev/ref/mod#pseudo-versions.
#pragma once

#include <string>
#include <string_view>

namespace supply::catalog {

/// `modules` is the module text with its lines "build", `main_module` the path of the main module. The version that the
/// linker was told to put into a variable of the main module (-X), if there is just one; else `linked`, which was found
/// in the program; else the pseudo-version of the revision, as Go itself writes it since 1.24 without a tag; else
/// nothing.
std::string go_version_of_build(std::string_view modules, std::string_view main_module, std::string_view linked = {});

/// The CPEs of a known Go program, "vendor:product"; empty for others. Static storage.
std::string_view go_program_cpe(std::string_view module);

}  // namespace supply::catalog
