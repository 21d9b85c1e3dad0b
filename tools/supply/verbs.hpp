// The verbs of `supply`, each in cmd_<verb>.cpp: options, their declaration, and a call into libsupply.
#pragma once

#include "tools/common/command.hpp"

namespace supply::tools {

void add_inspect(CLI::App& app, Run& run);
void add_sbom(CLI::App& app, Run& run);
void add_sbom_convert(CLI::App& sbom, Run& run);
void add_sbom_judges(CLI::App& sbom, Run& run);
void add_pins(CLI::App& app, Run& run);
void add_base(CLI::App& app, Run& run);
void add_key(CLI::App& app, Run& run);
void add_sign(CLI::App& app, Run& run);
void add_verify_blob(CLI::App& app, Run& run);
void add_verify(CLI::App& app, Run& run);
void add_attest(CLI::App& app, Run& run);
void add_verify_attestation(CLI::App& app, Run& run);
void add_verify_provenance(CLI::App& app, Run& run);
void add_blob(CLI::App& app, Run& run);
void add_login(CLI::App& app, Run& run);
void add_copy(CLI::App& app, Run& run);
void add_tags(CLI::App& app, Run& run);
void add_download(CLI::App& app, Run& run);
void add_provenance(CLI::App& app, Run& run);
void add_release(CLI::App& app, Run& run);
void add_trust(CLI::App& app, Run& run);
void add_trust_update(CLI::App& trust, Run& run);
void add_trust_root(CLI::App& trust, Run& run);
void add_gate(CLI::App& app, Run& run);
void add_gate_cases(CLI::App& app, Run& run);
void add_gate_record(CLI::App& app, Run& run);
void add_gate_serve(CLI::App& app, Run& run);
void add_dashboard(CLI::App& app, Run& run);
void add_cache(CLI::App& app, Run& run);
void add_policy(CLI::App& app, Run& run);
void add_version(CLI::App& app, Run& run);

}  // namespace supply::tools
