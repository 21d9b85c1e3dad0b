// The runs of the verbs that judge without a policy, each made of the verb's own result. The gate's is in
// gate_report.hpp, so that a program that only gates holds none of these.
#pragma once

#include <string>
#include <vector>

#include "libsupply/content/pins/pins.hpp"
#include "libsupply/trust/inspect/inspect.hpp"
#include "libsupply/verdict/base_image/base_image.hpp"
#include "libsupply/verdict/report/run.hpp"
#include "libsupply/verdict/sbom_check/sbom_check.hpp"
#include "libsupply/verdict/sbom_lint/sbom_lint.hpp"

namespace supply::report {

/// `pins check`: a subject for each file; `paths` as typed.
Run run_of(const pins::Report& report, const std::vector<std::string>& paths);
/// `base check`: the image; denied where a platform is not proven, or the Dockerfile names another base.
Run run_of(const base_image::Report& report, const base_image::Request& request);
/// `sbom check` of the image or source tree `name`; `keys` as typed, none where the signer was not asked;
/// `platform_asked` is absent where every platform was judged.
Run run_of(const sbom_check::Report& report, const std::string& name, const std::vector<std::string>& keys,
           const std::optional<oci::Platform>& platform_asked = {});
/// `sbom lint` of the document or image `name`: denied where it does not state what the profile says it must.
Run run_of(const sbom_lint::Report& report, const std::string& name, SubjectKind kind);
/// `inspect --verify` of the image `name`: that there is a report says that all of it holds.
Run run_of(const inspect::Report& report, const std::string& name,
           const std::optional<oci::Platform>& platform_asked = {});

}  // namespace supply::report
