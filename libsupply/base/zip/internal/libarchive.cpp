// libarchive's functions, as its headers declare them, each of which loads libarchive when it is the first that is
// called: it brings nine other libraries with it (ICU among them), and most runs read no zip. Where libarchive is
// linked in (ci/dist), these are not there. archive_read_new() is called before all others, and gives nothing where it
// cannot be loaded.
#ifndef SUPPLY_LINKED_IN

#include <archive.h>
#include <archive_entry.h>

#include "libsupply/base/shared_library/shared_library.hpp"

namespace {

const supply::SharedLibrary& libarchive() {
  static const supply::SharedLibrary library("libarchive.so.13");
  return library;
}

}  // namespace

extern "C" {

struct archive* archive_read_new() {
  static const auto call = libarchive().function("archive_read_new", &archive_read_new);
  return call == nullptr ? nullptr : call();
}

int archive_read_free(struct archive* reader) {
  static const auto call = libarchive().function("archive_read_free", &archive_read_free);
  return call == nullptr ? ARCHIVE_FATAL : call(reader);
}

const char* archive_error_string(struct archive* reader) {
  static const auto call = libarchive().function("archive_error_string", &archive_error_string);
  return call == nullptr ? nullptr : call(reader);
}

int archive_read_support_format_zip_streamable(struct archive* reader) {
  static const auto call =
      libarchive().function("archive_read_support_format_zip_streamable", &archive_read_support_format_zip_streamable);
  return call == nullptr ? ARCHIVE_FATAL : call(reader);
}

int archive_read_open_memory(struct archive* reader, const void* bytes, size_t size) {
  static const auto call = libarchive().function("archive_read_open_memory", &archive_read_open_memory);
  return call == nullptr ? ARCHIVE_FATAL : call(reader, bytes, size);
}

int archive_read_next_header(struct archive* reader, struct archive_entry** entry) {
  static const auto call = libarchive().function("archive_read_next_header", &archive_read_next_header);
  return call == nullptr ? ARCHIVE_FATAL : call(reader, entry);
}

la_ssize_t archive_read_data(struct archive* reader, void* into, size_t size) {
  static const auto call = libarchive().function("archive_read_data", &archive_read_data);
  return call == nullptr ? ARCHIVE_FATAL : call(reader, into, size);
}

const char* archive_entry_pathname(struct archive_entry* entry) {
  static const auto call = libarchive().function("archive_entry_pathname", &archive_entry_pathname);
  return call == nullptr ? nullptr : call(entry);
}

}  // extern "C"

#endif
