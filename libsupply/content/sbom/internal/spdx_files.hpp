// The files part of an SPDX document: which files are in it, and whose they are.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/content/sbom/document.hpp"

namespace supply::sbom {

/// "SPDXRef-File-" and what the path alone gives.
std::string spdx_file_id(std::string_view path);

/// The SHA-1 over the sorted SHA-1 hashes of files, and how many they are. Source: SPDX 2.3, 7.9.
class VerificationCode {
 public:
  /// A file without a SHA-1 counts for nothing.
  void add(const DocumentFile& file);
  bool empty() const { return hashes_.empty(); }
  std::string finish();

 private:
  std::vector<std::string> hashes_;
};

using json::JsonWriter;

/// Which packages own which file. Borrows the catalog.
class Owners {
 public:
  Owners(const pkg::Inventory& catalog, Files files);
  /// Indexes into the catalog's packages; empty for a file that no package owns.
  const std::vector<std::uint32_t>& of(std::string_view path) const;

 private:
  std::map<std::string_view, std::vector<std::uint32_t>> owners_;
};

/// Calls with every regular file that is in the document, in the order of paths. Of a document that was read, files
/// without the SHA-1 that SPDX 2 asks for are not among them.
/// Errors: internal (a file without digests).
Status for_each_file(const DocumentContent& document, const Owners& owners,
                     const std::function<void(const DocumentFile& file)>& call);
/// One element of "files".
void write_file(JsonWriter& json, const DocumentFile& file);
/// The same of an SBOM that lies in the image.
void write_embedded(JsonWriter& json, const pkg::EmbeddedSbom& document);
/// The checksum of that algorithm, or nothing.
std::string_view checksum_of(const DocumentFile& file, std::string_view algorithm);

}  // namespace supply::sbom
