// Whatever the text: it holds at least one attestation, each an object of JSON, or there is an error.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/verdict/provenance_check/cloud_build.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = supply::provenance_check::read_attestation_file({reinterpret_cast<const char*>(data), size});
  if (!file) return 0;
  if (file->attestations.empty()) std::abort();
  for (const std::string& one : file->attestations) {
    if (!one.starts_with('{')) std::abort();
    (void)supply::provenance_check::needs_log_search(one, supply::provenance_check::SignersBy::keys);
  }
  if (file->form == supply::provenance_check::AttestationFile::Form::gcloud)
    for (std::size_t i = 0; i < file->attestations.size(); ++i)
      (void)supply::provenance_check::gcloud_objection(*file, i,
                                                       *supply::Digest::parse("sha256:" + std::string(64, '0')));
  return 0;
}
