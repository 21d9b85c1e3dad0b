// The address of an upload that is open, left for the process that comes after this one if it does not get that far.
// Such an address is as good as a key, so its file is the owner's alone and for one blob in one repository of one
// registry; while a process uses it no other does. All of it may fail without harm: then the blob is sent from its
// start.
#pragma once

#include <optional>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/base/http/url.hpp"
#include "libsupply/base/io/file_descriptor.hpp"

namespace supply::registry {

class UploadSession {
 public:
  /// The file for one blob, made if need be; nothing when it cannot be had or another process has it. A file that is
  /// not ours alone, or no file, is replaced. Files in the directory that are older than an hour are removed.
  static std::optional<UploadSession> take(const io::Path& cache_directory, const http::Origin& origin,
                                           const std::string& repository, const Digest& digest);
  UploadSession(UploadSession&&) = default;
  UploadSession& operator=(UploadSession&&) = default;

  /// Where an earlier process was: on the same registry, at most an hour ago.
  const std::optional<http::Url>& found() const { return found_; }
  void save(const http::Url& location);
  /// What was found is of no use.
  void forget() { found_.reset(); }
  /// It is done: the file goes.
  void remove();

 private:
  UploadSession(io::FileDescriptor file, io::Path path, std::string key, http::Origin origin);
  void read();

  io::FileDescriptor file_;  ///< locked
  io::Path path_;
  std::string key_;  ///< what it is for
  http::Origin origin_;
  std::optional<http::Url> found_;
};

}  // namespace supply::registry
