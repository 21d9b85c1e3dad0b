// containerd's image verifier: containerd runs the program before it unpacks an image that it pulls. Source:
// containerd, docs/image-verification.md, the bindir plugin.
#pragma once

namespace supply::tools {

/// Whether containerd calls: the first word is -name.
bool is_verifier_call(int argc, const char* const* argv);

/// -name NAME -digest DIGEST -stdin-media-type TYPE, an OCI descriptor on standard input; the reason on standard
/// output. The policy is /etc/supply/policy.yaml, whatever the command line and the environment say. Returns 0 where it
/// allows the image, else 1: what could not be found out is refused.
int verify_image(int argc, const char* const* argv);

}  // namespace supply::tools
