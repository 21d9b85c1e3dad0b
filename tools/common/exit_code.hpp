// The exit codes, and the one table that maps errors to them. Scripts rely on both.
#pragma once

#include "libsupply/base/result/error.hpp"

namespace supply::tools {

enum class ExitCode {
  yes = 0,        ///< done, and every check that was asked for said yes
  no = 1,         ///< a check said no
  usage = 2,      ///< the command, a configuration or a policy is wrong
  unknown = 3,    ///< could not find out
  damaged = 4,    ///< the content is damaged or not what its digest says
  internal = 70,  ///< a fault of Supply itself
};

ExitCode exit_code_of(ErrorCode code);
/// Of several results in one run: the first of 70, 2, 4, 1, 3, 0 that occurred.
ExitCode worse(ExitCode a, ExitCode b);

}  // namespace supply::tools
