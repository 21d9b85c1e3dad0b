// What verify-provenance found of an image or a file, as a subject of a run. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "libsupply/verdict/provenance_check/provenance_check.hpp"
#include "libsupply/verdict/report/run.hpp"

namespace supply::report {

/// The image or file `name`, as typed: allowed where each platform has provenance as expected, undecided where what has
/// none may have it in evidence that was not read, else denied. Rule "provenance".
JudgedSubject subject_of(const std::string& name, SubjectKind kind, const provenance_check::Request& request,
                         const provenance_check::ArtifactAnswer& answer);
/// What was expected of it, each a line: {"source", "https://git.example/app"}, {"level", "2"}.
std::vector<Asked> asked_of(const provenance_check::Request& request);

}  // namespace supply::report
