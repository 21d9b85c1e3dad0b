#include "tools/supply/gate_cases.hpp"

#include "libsupply/base/limits/document_limits.hpp"

namespace supply::tools {

io::Path cases_path(const std::string& directory) { return io::Path(directory) / "cases.yaml"; }

Result<policy::CaseFile> read_cases(const std::string& directory) {
  const io::Path path = cases_path(directory);
  auto text = io::read_file(path, kMaxYamlBytes);
  if (!text) return Error(ErrorCode::usage, text.error().message());
  return policy::read_cases(*text, path.string());
}

Result<gate::ImageDecision> rehearse(Stores& stores, const std::string& directory, const policy::Case& one,
                                     const policy::Policy& policy) {
  stores.begin_next();
  SUPPLY_TRY(const oci::Reference reference,
             oci::Reference::parse("oci:" + (io::Path(directory) / one.image).string()));
  auto store = stores.source(reference);
  if (!store) return std::move(store).error().at("case " + one.name);
  return gate::rehearse(**store, reference.selector(), one, policy, stores.budget());
}

}  // namespace supply::tools
