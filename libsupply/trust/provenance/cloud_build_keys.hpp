// The keys with which Google Cloud Build signs, for everybody the same: those of project verified-builder, key ring
// attestor, as `gcloud kms keys versions get-public-key 1 --location LOCATION` prints them. Made by
// ci/make_cloud_build_keys from slsa-verifier v2.6.0.
#pragma once

#include <string_view>

namespace supply::provenance {

struct CloudBuildKey {
  enum class Kind {
    v1,        ///< signs SLSA provenance v1
    v0_1,      ///< signs v0.1
    regional,  ///< the same before that one, over the payload alone: not as DSSE has it
  };
  std::string_view id;  ///< as a signature's keyid has it
  Kind kind;
  std::string_view der;          ///< base64 of the SubjectPublicKeyInfo
  std::string_view fingerprint;  ///< SHA-256 of that, hex
};

inline constexpr CloudBuildKey kCloudBuildKeys[] = {
    {"projects/verified-builder/locations/asia-east1/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAED19/xPzO6sLFZxDzsItbVQSLMPBSw7iVGtkXyNicWdplf4pXm6wFyZ/"
     "HyqL0Acd4Q3gfJvtVIY3HiAzjohx0cw==",
     "f1b62d6b223de759b61f5e61c0b31c76e18ef1e9f2ce0169a6d71c4ce3f0ac27"},
    {"projects/verified-builder/locations/asia-northeast1/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE4RlI/MHfE9ZjKba6rMSGu3A/"
     "M0FHUPBu4anB9yXC+8ubmMBAWIoqgXr7CYGBenw27YasBOQhyGgZQSe9sF+DhQ==",
     "159fce4e73e749d49b28c40d91d6bcdebf50e1189181416dacded1cff2f08a5f"},
    {"projects/verified-builder/locations/asia-southeast1/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQGLAkRjCFqZbdd4BjhNFNS8l9xMJK1MVNpTA/"
     "K+sGl9+HG0r43MMAIXt6QUst9kCiqiXRp+Oqc0HIGRFZMBFcg==",
     "330dad2b9b00dd3f6ee5fdc15323e20915aa464c509f573bbac9c6196717b5fe"},
    {"projects/verified-builder/locations/australia-southeast1/keyRings/attestor/cryptoKeys/builtByGCB/"
     "cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEcYAxYYze8pKKoggou7Pz5oAfFv/"
     "YgWN1HAjtT0v0L6sOOKOXvFNTpjQ8nDz1ooNfuxv8pva6l8ZLICTH10CJog==",
     "d5cfc022ea7d97fb02fe33e54d752a4b7e07fe0eeb04ab21ada8972982efe706"},
    {"projects/verified-builder/locations/europe-north1/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEoKSuwi41RBzyWlwYBu61xgVrO6zwG8yjVsbyha4FfDSPMQ0V8BIJbqOphh40ACwzEKCszMY36d22F"
     "JHSLDiNvg==",
     "e17b40b4b2e031977b23e9bd0357d4688cc25d3ee07d7bf8c302114254cf9387"},
    {"projects/verified-builder/locations/europe-west1/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDmJxa2BxOnfra0/J4FHf/2yIOElNp6+ah2tcpK0W8FGFFU3TaC4XEXFKVV/"
     "bWmormNDvZGtN710Qi4VforgRzg==",
     "8d2ad4c199aeda7f29809f26d31844e5b40a5855ed473fc2f154148aca61b1e8"},
    {"projects/verified-builder/locations/europe-west2/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfDuhy/obSeBa+RwcAZ3EYFvRJmIT1+lcAk/"
     "yINf0PBysMV9Lg482EEKmq8ce2rTZXuNFxLLMiHENunJ3oGlJIg==",
     "542ce86b240ee02560ae4403bced98776bc73ba6c3c98ccf0a00744ff0912ff9"},
    {"projects/verified-builder/locations/europe-west3/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEWNPQh5Z5gTBJGwINV7nja+"
     "uJ0qCDPek4yIfgjrhmqM3Cu06kdpfod8TCL7z32uIQTb5VysO4XVhbAY2bN0BAkg==",
     "be80fabe93edb93d2d7749117e5e21c7b32657e66e48bc2e50369fdea36eddef"},
    {"projects/verified-builder/locations/europe-west4/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOHbdm8kpkMdEeD0i2WcWFCss620Tts1x82wakzDELaS4rxDfJ7eSTQOyfQupjDl9M9k99uY8DoX2v"
     "AABI8DdoA==",
     "98ae823d7a804be26e0cecbe0faa6c6e150768a21c7d70f290866d87825d9c3e"},
    {"projects/verified-builder/locations/global/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAECGIoAk3mHV8xq/P1x6doSzAJlTaWYhrmI3rfN5zfk3/"
     "Dq6nPpm8D0CMVNyc4HZ5ChTDqTV8EyaR56nLqjvMYUA==",
     "052ec7f94ccea66b0a594231a8520edd19a93064ce2afcb398311218cd4b657b"},
    {"projects/verified-builder/locations/global/keyRings/attestor/cryptoKeys/google-hosted-worker/cryptoKeyVersions/1",
     CloudBuildKey::Kind::v1,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEg9KII7kzr/30HBluf00y9WwtMFkEqc3oCcFVH3QJ37IBLUv/MUApbnNHFfD75ayJ/"
     "a0F45xa+MLv5zoep+GxsA==",
     "3fe6dfada209606798e976322c8b69acae580a6708b7112f0f7a053a5b96d675"},
    {"projects/verified-builder/locations/global/keyRings/attestor/cryptoKeys/provenanceSigner/cryptoKeyVersions/1",
     CloudBuildKey::Kind::v0_1,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEdMcJUyKbmarf6dydhfmAjgmK6c42oCCNRR1se3Bi3VO65KcGk6qyci6/"
     "bsu2s4u+dLKWrsUQomEw4v3FtVctoA==",
     "7ebd8a9404a4e7569477b178cc62a7909c11fb21a5715c3a96969047fa3b4e09"},
    {"projects/verified-builder/locations/southamerica-west1/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/"
     "1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExvyU8IkmPjrV8V8dkuBMcOtvJykfWZhaTuYcOS5KXMVpEllJ3jh9WFyuoG54mVLgFJUQwrYLhUWOR"
     "RVGH1kskw==",
     "bb3cca9a3552ace283d70074eb72eeb619b0211a12dbaf4e0b3709dd236aa74a"},
    {"projects/verified-builder/locations/us-central1/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAUqas+Xhfss+NCsiL8ayl1Sxz9TFbDxLuokg59lGmpm4ca2Idmh1aYt04ZkM8sgXq/"
     "FMTXxqISA4dQapp0utZg==",
     "143dc13ac1e0670bb2672d05c9d02903548083e881b4055bd1e209060b9da00c"},
    {"projects/verified-builder/locations/us-central2/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOBZl8kLzGV63W0ERoHAG0xpkOu+TzDUzk6kISDonvno/"
     "emAacWmrTMxbhDQwRcnTtT9TpUG98+WukL2PDPQ61g==",
     "75e9b5b7af7895960cc3d874476d27e5704500f2b56f64bd14d79b631df0b463"},
    {"projects/verified-builder/locations/us-east1/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEyWUk6LGBm/wTWioZ7pTA7Ds0sXQd3Y4HYyF3/Hl/"
     "UYNveSBhMdkM4yReQPU2fNh5CkK77+JzGU8NypnvFWYSVQ==",
     "a8696f140c4d5deafaa8e5e6d4255793d6e1e084cf091bd4203ad69e5b1577e6"},
    {"projects/verified-builder/locations/us-east4/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE88g3xqG/UtPE5LFG3Z6MWpZ/ofJRE9VHeavlxhNSzV6USMUBJEU3I9/"
     "xfanRJUTT4oNdMi7cv5BeCaS2Q3mZ3w==",
     "834774aea252f1f0d4ad4056987acfb196fe55da0348f6af40665a4477135d78"},
    {"projects/verified-builder/locations/us-west1/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIZhFqz97qH9dFn23yWYVkwZVYXOAHllzqzr14tRkXesHcZoVnekBMBkkIkP+"
     "jgechjkjZG3NPssdmIZFZ6+oyA==",
     "95b417fe88bc64bf6497881b5d05d887ae0eb3c2de6242977369324487750a0e"},
    {"projects/verified-builder/locations/us-west2/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEw/gdczl7qDD4ww9B6WmJ6++/hQ5Smdw/1RBcwNNQE9qN0O+DilRE9/"
     "AjH7OvJUhNznOzEzH7mFq5mNdmUjYlXg==",
     "aceb8d450900d79a89b54b689fc749f10954be3a1fa8660b12d698a86f4a9e4a"},
    {"projects/verified-builder/locations/us-west3/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEolPSVMeD5XcXCa5gNIdSj51Z4VE7u3uie+EeCOAAi//"
     "g2zj+hsEchXjYA5edo9eH6iv2w1g2DMrNWutW45nRkg==",
     "f4a2abc777dbdf1ca60979761011c06569b6b19c1ce076b35954dd6293cb24a2"},
    {"projects/verified-builder/locations/us-west4/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1",
     CloudBuildKey::Kind::regional,
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAERM4hS/"
     "6KZNbEootGWRBc8lmTzIGpFvCKxVQL2xRU87d4OCyp1iP0IsSe2a1GQPQuK8SD0vwEb9hJDBZaEOF15g==",
     "c75120fe847ab84901c703dadaa7762b18883a617036248b5b28a90ca01f555b"},
};

}  // namespace supply::provenance
