// Files that say what is deployed, and the trees that they are read into. See limits.hpp.
#pragma once

#include "libsupply/base/limits/limits.hpp"

namespace supply {

inline constexpr std::size_t kMaxYamlTreeBytes = 16 * kMiB;  // of one file; charts with all their CRDs are 6 MiB
inline constexpr std::size_t kMaxYamlTreeDepth = 100;
inline constexpr std::size_t kMaxYamlTreeNodes = 1'000'000;  // keys and values, aliases expanded
inline constexpr std::size_t kMaxYamlTreeDocuments = 20'000;

inline constexpr int kMaxInterpolationDepth = 32;                // ${A:-${B:-…}} in a compose file
inline constexpr std::size_t kMaxInterpolatedBytes = 1 * kMiB;   // of one text with its variables
inline constexpr std::size_t kMaxEnvFileLines = 10'000;          // variables of one file
inline constexpr std::size_t kMaxComposeFiles = 200;             // that a project is made of, extended and included
inline constexpr std::size_t kMaxComposeModelNodes = 2'000'000;  // that files, extends and includes make together
inline constexpr std::size_t kMaxComposeTextBytes = 64 * kMiB;   // that variables and env files make together
inline constexpr std::size_t kMaxProfileFiles = 10'000;          // in --profiles
inline constexpr std::size_t kMaxProfileBytes = 1 * kMiB;        // of one of them
inline constexpr std::size_t kMaxWorkloads = 3'000;              // of one deployment
// Rules compare each container with all others, and with the objects and networks that are there.
inline constexpr std::size_t kMaxDeploymentPairs = 14'000'000;
inline constexpr std::size_t kMaxWorkloadContainers = 1'000;  // of one workload
inline constexpr std::size_t kMaxFlowSteps = 2'000'000;       // of comparing both sides of flows between workloads

}  // namespace supply
