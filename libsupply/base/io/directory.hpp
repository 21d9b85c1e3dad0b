// A directory that is held open. What is looked for below it is never looked for through a link, so that nothing is
// written to where somebody else's link leads. Any thread.
#pragma once

#include "libsupply/base/io/staging.hpp"

namespace supply::io {

class Directory {
 public:
  enum class Missing { refused, made };

  /// The directory of that name; links that lead to it are followed. Errors: not_found, forbidden, unavailable.
  static Result<Directory> open(const Path& path);
  /// A directory in it. Errors: malformed (a link or a file has that name), not_found, forbidden, unavailable.
  Result<Directory> enter(std::string_view name, Missing missing) const;

  /// Gives a staged file its name in this directory, as StagedFile::publish does: a link of that name is replaced.
  Status publish(StagedFile file, std::string_view name) const;
  /// Removes a file or a link; nothing of that name is fine. Errors: forbidden, unavailable.
  Status remove(std::string_view name) const;

 private:
  Directory(FileDescriptor directory, Path path) : directory_(std::move(directory)), path_(std::move(path)) {}
  FileDescriptor directory_;
  Path path_;  // for messages
};

}  // namespace supply::io
