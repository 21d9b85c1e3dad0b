#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/zip/zip.hpp"

namespace {

struct Taken : supply::zip::ZipVisitor {
  std::map<std::string, std::string> contents;

  supply::Result<bool> wants(const supply::zip::ZipMember& member) override {
    if (member.name.empty()) std::abort();
    return !member.directory() && !member.encrypted;
  }
  supply::Status content(const supply::zip::ZipMember& member, std::string bytes) override {
    if (bytes.size() != member.size) std::abort();
    if (!contents.emplace(member.name, std::move(bytes)).second) std::abort();
    return {};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const std::string archive(reinterpret_cast<const char*>(data), size);
  const zip::ZipLimits limits{.unpacked = 16 * kMiB};
  Taken plain, behind;
  if (!zip::read_zip(archive, plain, limits)) return 0;
  // The same members with a program before them, unless offsets count from the beginning of another file.
  const Status status = zip::read_zip("#!/bin/sh\n" + archive, behind, limits);
  if (status && plain.contents != behind.contents) std::abort();
  if (!status && archive.starts_with("PK\x03\x04")) std::abort();
  return 0;
}
