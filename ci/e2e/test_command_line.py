"""The command line: help, words that were mistyped, global options before a verb, completion and manual pages."""
import os
import pty
import re
import subprocess
import unittest

from harness import NO, SUPPLY, UNKNOWN, USAGE, YES, Case, environment, supply
from registry_servers import free_port


class CommandLine(Case):
    def verbs(self):
        """Every verb that does something, as words."""
        found = []

        def walk(words, text):
            for name in re.findall(r"^  ([a-z-]+) ", text.split("Exit codes:")[0], re.M):
                below = self.answers(YES, *words, name, "--help").text
                # What needs a further word is a group, and does nothing itself.
                if not re.search(r"(?m)^Usage: .* SUBCOMMAND$", below):
                    found.append((*words, name))
                if "\nSubcommands:\n" in below:
                    walk((*words, name), below.split("\nSubcommands:\n")[1])

        walk((), self.answers(YES, "--help").text.split("Images:")[1])
        self.assertGreater(len(found), 45)
        self.assertEqual(len(found), len(set(found)), "two verbs of one name")
        self.assertLessEqual({("sbom",), ("gate",), ("gate", "record"), ("trust", "root", "create")}, set(found))
        self.assertNotIn(("trust", "root"), found)
        return found

    def test_words_of_cosign_that_mean_nothing_here_name_what_to_type(self):
        for words, instead in ((("sign", "--output-signature", "f", "oci:x:1"), "supply download signature"),
                               (("sign", "--upload=false", "oci:x:1"), "oci:DIR:TAG"), (("sign", "--timeout", "3s", "oci:x:1"), "--deadline"),
                               (("attest", "--no-upload", "--predicate", "p", "oci:x:1"), "oci:DIR:TAG"),
                               (("sign-blob", "--output", "f", "file"), "--output-signature"),
                               (("attest-blob", "--output-signature", "f", "--predicate", "p", "file"), "in the bundle"),
                               (("sign-blob", "--key", "k8s://ns/key", "file"), "Kubernetes are not read"),
                               (("sign-blob", "--key", __file__, "--tlog-upload", "file"), "say to which log: --rekor-url URL"),
                               (("sign", "--key", __file__, "--tlog-upload=true", "oci:x:1"), "say to which log: --rekor-url URL"),
                               (("verify-blob", "--key", "gitlab://group/project", "--bundle", __file__, "file"), "env://COSIGN_PRIVATE_KEY"),
                               (("verify-blob", "--key", "https://x.example/k.pub", "--bundle", __file__, "file"), "to a file"),
                               (("sign-blob", "--key", "awskms://alias/x", "file"), "awskms:///alias/x"),
                               (("sign-blob", "--key", "azurekms://vault/key", "file"), "VAULT.vault.azure.net"),
                               (("sign-blob", "--key", "pkcs11:object=k;slot-id=x", "file"), "slot-id \"x\": want a whole number"),
                               (("sign-blob", "--bundle", "-", "--output-signature", "-", "file"), "one goes to standard output"),
                               (("attach", "signature", "x"), "sign IMAGE"),
                               (("verify", "--check-claims=maybe", "oci:x:1"), '--check-claims: "maybe": want true or false'),
                               (("verify", "--local-image=x", "oci:x:1"), '--local-image: "x": want true or false'),
                               (("sign", "--use-signing-config=x", "oci:x:1"), '--use-signing-config: "x": want true or false'),
                               (("sign", "--tlog-upload=x", "oci:x:1"), '--tlog-upload: "x": want true or false'),
                               (("sign", "--upload=x", "oci:x:1"), '--upload: "x": want true or false'),
                               (("sign", "--allow-http-registry=99999999999999999999", "oci:x:1"), "want true or false"),
                               (("key", "generate", "--kms", "awskms:///alias/x"), "in the service"), (("key", "public", "--sk"), "pkcs11:"),
                               (("trust", "root", "create", "--with-default-services"), "trust show --raw"),
                               (("trust", "root", "create", "--no-default-tsa"), "leave it out"), (("trust", "init", "--staging"), "tuf-repo-cdn.sigstage.dev"),
                               (("verify", "--timeout", "3s", "oci:x:1"), "--deadline"), (("verify", "-t", "3s", "oci:x:1"), "--deadline"),
                               (("verify", "-t"), "-t: write --deadline"),
                               (("-t", "3s", "verify", "oci:x:1"), "--deadline"), (("--timeout=3s", "sign", "oci:x:1"), "--deadline"),
                               (("-d", "verify", "oci:x:1"), "--verbose"), (("help", "verify"), "VERB --help"), (("piv-tool", "x"), "pkcs11:"),
                               (("attest", "-r", "--predicate", "p", "oci:x:1"), "--platform"),
                               (("attest", "--recursive", "--predicate", "p", "oci:x:1"), "--platform"),
                               (("attest", "--rekor-entry-type", "dsse", "--predicate", "p", "oci:x:1"), "leave it out"),
                               (("sign", "--force", "oci:x:1"), "never asks"), (("sign", "-f", "oci:x:1"), "never asks"),
                               (("sign", "--no-tlog-upload", "oci:x:1"), "--tlog-upload=false"),
                               (("sign", "--allow-http-registry", "oci:x:1"), "--plain-http"), (("sign", "--k8s-keychain", "x"), "docker"),
                               (("attest", "--registry-username", "u", "--predicate", "p", "oci:x:1"), "`login`"),
                               (("attest", "--statement", "s", "oci:x:1"), "--predicate"), (("sign", "--bundle", "f", "oci:x:1"), "download"),
                               (("sign-blob", "--b64=false", "file"), "--output-signature"), (("sign-blob", "--hash", "x", "f"), "sha256:HEX"),
                               (("sign-blob", "--use-signing-config", "f"), "--signing-config FILE"),
                               (("sign-blob", "--new-bundle-format=false", "f"), "--format"),
                               (("sign-blob", "--signing-algorithm", "ed25519", "f"), "own algorithm"),
                               (("verify", "--certificate", "c", "oci:x:1"), "comes with it"), (("verify", "--bundle", "b", "x"), "verify-blob"),
                               (("verify", "--output-file", "f", "x"), "-o FORMAT=FILE"), (("verify", "--recursive", "x"), "--platform"),
                               (("verify-attestation", "--predicate-type", "t", "x"), "--type"),
                               (("verify-blob", "--cert-email", "a@b", "f"), "--certificate-identity"),
                               (("verify-blob-attestation", "--digest", "x", "--digestAlg", "sha256"), "sha256:HEX"),
                               (("verify-blob-attestation", "--signature", "s", "f"), "--bundle FILE"), (("verify", "--sk", "oci:x:1"), "--key FILE"),
                               (("verify-provenance", "--print-provenance", "x"), "download attestation"),
                               (("verify-artifact", "f"), "verify-provenance ./FILE"), (("verify-vsa", "f"), "verification_summaries"),
                               (("attestation", "verify", "f", "--owner", "o"), "verify-blob-attestation --github ORG/REPO"),
                               (("audit", "signatures"), "npm://registry.npmjs.org"), (("upload", "blob", "-f", "f", "x"), "copy oci:DIR:TAG IMAGE"),
                               (("ls", "x"), "tags REPO"), (("digest", "x"), "inspect --digest"), (("exit-codes",), "VERB --help"),
                               (("verify-blob-attestation", "--owner", "o", "f"), "--github ORG/REPO"), (("verify-attestation", "-R", "o/r", "x"), "--github ORG/REPO"),
                               (("verify-blob-attestation", "--repo=o/r", "--signer-workflow", "w", "f"), "--github ORG/REPO"),
                               (("verify-blob-attestation", "--signer-workflow=w", "f"), "--workflow ORG/REPO/PATH"),
                               (("verify-blob-attestation", "--deny-self-hosted-runners", "f"), "runner-environment=github-hosted"),
                               (("verify-blob-attestation", "--bundle-from-oci", "x"), "leave it out"), (("verify", "--format=json", "x"), "-o FORMAT"),
                               (("verify", "identity", "--cert-identity", "a", "f"), "--certificate-identity WHO"),
                               (("verify-blob", "--trust-config", "c", "f"), "member trustedRoot"),
                               (("sign-blob", "--trust-config=c", "f"), "--signing-config FILE"),
                               (("verify", "pypi", "--repository", "u", "f"), "--github ORG/REPO"), (("verify", "attestation", "--identity", "a", "f"), "--certificate-oidc-issuer"),
                               (("verify", "sigstore", "m", "--identity_provider", "u"), "--certificate-oidc-issuer"),
                               (("verify", "key", "m", "--public_key=k"), "--key FILE"), (("sign", "certificate", "m", "--private_key", "k"), "--key FILE"),
                               (("sign", "--signature-format", "cose", "x"), "not written"), (("verify", "--github", "o/r", "oci://ghcr.io/org/app:1"), 'leave out "oci://"'),
                               (("manifest", "verify", "f"), "gate --deployment"), (("generate-key-pair",), "key generate"), (("import-key-pair", "--key", "f"), "key import"),
                               (("public-key",), "key public"), (("initialize",), "trust update"), (("tree", "x"), "inspect IMAGE"),
                               (("save", "--dir", "d", "x"), "copy IMAGE oci:DIR:TAG"), (("load", "--dir", "d", "x"), "copy oci:DIR:TAG IMAGE")):
            self.says(self.answers(USAGE, *words), instead)

    def test_the_repository_of_cosigns_environment_is_a_registrys_and_of_images_in_registries(self):
        private, public = self.quick_key("release")
        image = self.image("app")
        for value in ("registry.example/signatures:1", "registry.example/signatures@sha256:" + "0" * 64, "oci:x", "./x", "a//b"):
            for words in (("verify", "--key", public), ("verify-attestation", "--key", public), ("sign", "--key", private), ("download", "signature"), ("inspect",)):
                with self.subTest(value=value, words=words):
                    answer = self.answers(USAGE, *words, "registry.example/app:1", env={"COSIGN_REPOSITORY": value})
                    self.assertIn(f'COSIGN_REPOSITORY "{value}": ', answer.err)
        missing = f"localhost:{free_port()}/app:1"
        for words in (("base", "check", missing, "--base", missing), ("sbom", "diff", missing, missing), ("inspect", "--digest", missing),
                      ("verify-provenance", "--key", public, "--source-uri", "x", "--provenance-path", "p", missing)):
            with self.subTest(words):  # they read nothing that is attached
                self.assertNotIn("COSIGN_REPOSITORY", self.answers(UNKNOWN, *words, "--deadline", "200ms", env={"COSIGN_REPOSITORY": "a//b"}).err)
        for code, words in ((NO, ("verify", "--key", public)), (YES, ("sign", "--key", private)), (YES, ("verify", "--key", public))):
            answer = self.answers(code, *words, f"oci:{image}:app", env={"COSIGN_REPOSITORY": "registry.example/signatures"})
            self.assertNotIn("COSIGN_REPOSITORY", answer.err)

    def test_flags_of_others_that_are_typed_with_what_they_are_anyway_change_nothing(self):
        image = self.image()
        private, public = self.quick_key("anyway")
        self.answers(YES, "sign", "--key", private, "--sk=false", "--replace=false", "--recursive=false", "--upload=true", "--force=false",
                     "--issue-certificate=false", "--allow-insecure-registry=false", "--tls-verify=true", f"oci:{image}:app")
        self.answers(YES, "verify", "--key", public, "--sk=false", "--k8s-keychain=0", "--enforce-sct=false", f"oci:{image}:app")
        self.answers(YES, "copy", "--force=false", "--src-tls-verify=true", f"oci:{image}:app", f"oci:{self.path('anyway')}:app")
        self.answers(YES, "sign", "--key", private, "--sk=true", "--sk=false", "--upload=false", "--upload=true", f"oci:{image}:app")
        for words in (("sign", "--sk=true"), ("sign", "--sk"), ("sign", "--upload=false"), ("verify", "--tls-verify=false"),
                      ("sign", "--sk=false", "--sk=true"), ("sign", "--sk=false", "--sk"), ("verify", "--sk=false", "--sk=true"),
                      ("sign", "--upload=true", "--upload=false"), ("sign", "--tlog-upload=false", "--tlog-upload=true"),
                      ("verify", "--check-claims", "--check-claims=false")):
            self.answers(USAGE, *words, "--key", private if words[0] == "sign" else public, f"oci:{image}:app")

    def test_short_options_take_their_values_behind_an_equals_sign_too(self):
        image = f"oci:{self.image()}:app"
        private, public = self.quick_key("equals")
        self.answers(YES, "sign", "--key", private, "-y=true", "-a=env=prod", "-a", "team=one", "-r=false", image)
        self.assertTrue(self.answers(YES, "verify", "--key", public, "-a=env=prod", "-a=team=one", "-o=json", image).json)
        self.answers(NO, "verify", "--key", public, "-a=env=dev", image)
        for words, said in ((("verify", "-o=yaml"), "there are html, json"), (("verify", "-a=prod"), "want key=value"),
                            (("verify", "-t=3s"), "--deadline"), (("sign", "-f=true"), "never asks")):
            self.says(self.answers(USAGE, *words, "--key", public, image), said)

    def test_copy_takes_all_platforms_as_skopeo_does_and_names_what_stands_for_other_options(self):
        image, to = self.image(), f"oci:{self.path('to')}:app"
        self.answers(YES, "copy", "--all", f"oci:{image}:app", to)
        self.answers(YES, "copy", "-a", f"oci:{image}:app", to)
        self.answers(USAGE, "copy", "--all", "--platform", "linux/amd64", f"oci:{image}:app", to)
        for words, instead in (("--only=sig", "--no-referrers"), ("--only sig", "--no-referrers"), ("--force", "leave it out"), ("-f oci", "as they are"),
                               ("--multi-arch all", "--platform"), ("--dest-tls-verify=false", "--plain-http"), ("--src-creds a:b", "supply login"),
                               ("--digestfile f", "standard output"), ("--remove-signatures", "--no-referrers"), ("--digest-tags", "leave it out")):
            with self.subTest(words):
                said = self.answers(USAGE, "copy", *words.split(), f"oci:{image}:app", to).err
                self.assertIn(words.split("=")[0].split()[0] + ": ", said)
                self.assertIn(instead, said)

    def test_options_of_syft_skopeo_and_crane_name_what_to_type(self):
        for words, instead in (("sbom --scope all-layers x", "leave it out"), ("sbom -s squashed x", "leave it out"), ("sbom --from registry x", "dir:PATH"),
                               ("sbom --file f x", "-o FORMAT=FILE"), ("sbom --source-name n x", "--name"), ("sbom --source-supplier n x", "--supplier"),
                               ("sbom --exclude ./a x", "leave it out"), ("sbom -c f x", "no configuration"), ("inspect --config x", "--json"),
                               ("inspect -n x", "supply tags"), ("inspect --format y x", "--json"), ("inspect --creds a:b x", "supply login"),
                               ("tags --full-ref x", "leave it out"), ("tags --omit-digest-tags x", "leave it out"), ("tags --limit 2 x", "leave it out")):
            with self.subTest(words):
                said = self.answers(USAGE, *words.split()).err
                self.assertIn(words.split()[1] + ": ", said)
                self.assertIn(instead, said)

    def test_a_key_signs_alone_where_a_signing_configuration_names_no_service(self):
        config = self.write("config.json", '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","rekorTlogConfig":{},"tsaConfig":{}}')
        private, public = self.quick_key("release")
        release = self.write("release.bin", b"a release")
        self.answers(YES, "sign-blob", "--key", private, "--signing-config", config, release)
        self.answers(YES, "verify-blob", "--key", public, release)
        self.answers(YES, "sign-blob", "--key", private, "--rekor-url", "https://127.0.0.1:1", "--tlog-upload=false", release)
        # As users of cosign 3 sign with a key alone.
        self.answers(YES, "sign-blob", "--key", private, "--use-signing-config=false", "--tlog-upload=false", "--new-bundle-format", release)
        self.answers(YES, "verify-blob", "--key", public, release)
        signature = self.path("release.sig")
        self.answers(YES, "sign-blob", "--key", private, "--output-signature", signature, release)
        with open(signature, encoding="ascii") as file:
            text = file.read().strip()
        self.answers(YES, "verify-blob", "--key", public, "--signature", text, release)
        self.answers(NO, "verify-blob", "--key", public, "--signature", text[:12] + ("B" if text[12] == "A" else "A") + text[13:], release)
        self.says(self.answers(USAGE, "verify-blob", "--key", public, "--signature", "bm8=", release), "no such file")
        bundle = self.write("printed", self.answers(YES, "sign-blob", "--key", private, "--bundle", "-", release).out)
        self.answers(YES, "verify-blob", "--key", public, "--bundle", bundle, release)
        statement = self.write("printed", self.answers(YES, "attest-blob", "--key", private, "--type", "custom", "--predicate", self.write("p", "{}"),
                                                       "--bundle", "-", release).out)
        self.says(self.answers(YES, "verify-blob-attestation", "--key", public, "--type", "custom", "--bundle", statement, release),
                  "asked: attested by " + public + "; type https://cosign.sigstore.dev/attestation/v1")
        self.answers(USAGE, "sign-blob", "--key", private, "--fulcio-url", "https://127.0.0.1:1", release)

    def test_a_value_is_checked_where_nothing_asks_for_it(self):
        layout, document = self.image(), self.path("sbom.json")
        private, public = self.quick_key("k")
        image, missing = f"oci:{layout}:app", self.path("missing")
        self.answers(YES, "sign", "--key", private, image)
        self.answers(YES, "sbom", image, "-o", f"spdx-json={document}")
        policy = self.policy(f"version: 1\nkeys: {{k: {public}}}\nimages: [{{match: ['**'], signatures: {{any_of: [k]}}}}]\n")
        verify, gate = ("verify", "--key", public, image), ("gate", "--policy", policy, image)
        inspect, convert = ("inspect", image), ("sbom", "convert", document, "-o", "purls")
        for words in (verify, gate, inspect, convert):
            self.answers(YES, *words)
            for wrong in (("--deadline", "x"), ("--deadline", "30"), ("--ca-file", missing), ("--authfile", missing), ("--token-server", "x"),
                          ("--token-server", "ftp://x"), ("--client-cert", missing), ("--client-key", missing), ("--client-key", private)):
                self.says(self.answers(USAGE, *words, *wrong), wrong[0])
            self.answers(YES, *words, "--deadline", "30s", "--ca-file", public, "--token-server", "https://x.example")
            self.answers(USAGE, *words, env={"SUPPLY_DEADLINE": "x"})
        for wrong in (("--now", "x"), ("--now", "2026-01-01"), ("--platform", "x"), ("--ca-intermediates", missing)):
            self.answers(USAGE, *verify, *wrong)
        for wrong in (("--env-file", missing), ("--profile", "x"), ("--profiles", missing), ("--inventory", missing), ("--secret-age", "x"),
                      ("--image-path", "x"), ("--lock", missing), ("--pin",), ("--score", "classic")):
            self.says(self.answers(USAGE, *gate, *wrong), wrong[0], "--deployment")
        for wrong in (("--now", "x"), ("--output", "x"), ("--policy", policy)):
            self.answers(USAGE, "gate", "explain", "sbom", *wrong)
        self.answers(USAGE, "sign", "--key", private, "--trusted-root", missing, image)

    def test_a_value_that_is_empty_is_not_as_if_it_were_not_said(self):
        """A variable that a script did not set would ask for less than was meant."""
        layout = self.image()
        private, public = self.quick_key("k")
        image = f"oci:{layout}:app"
        self.answers(YES, "sign", "--key", private, image)
        for option in ("--trusted-root", "--certificate-identity", "--platform"):
            self.says(self.answers(USAGE, "verify", "--key", public, image, option, ""), option, "the value is empty")
        for option in ("--deadline", "--ca-file", "--now"):  # whose values have a form
            self.says(self.answers(USAGE, "verify", "--key", public, image, option, ""), option)
        provenance = ("verify-provenance", "--key", public, "--source-uri", "github.com/o/r", image)
        self.answers(NO, *provenance)
        for option in ("--source-branch", "--source-tag", "--source-commit", "--level", "--builder-id"):
            self.says(self.answers(USAGE, *provenance, option, ""), option)
            self.says(self.answers(USAGE, *provenance, option + "="), option)
        self.answers(USAGE, "inspect", "")
        self.answers(YES, "inspect", image, env={"SUPPLY_CACHE": "", "SUPPLY_DEADLINE": ""})
        # The image behind it is not its value: it would not be judged.
        unsigned = f"oci:{self.image()}:app"
        self.says(self.answers(USAGE, "verify", "--key", public, "--annotation=", unsigned, image), "--annotation", "the value is empty")
        self.says(self.answers(USAGE, "gate", "--policy=", unsigned, image), "--policy", "the value is empty")
        self.says(self.answers(USAGE, "--deadline=", "verify", "--key", public, image), "--deadline", "the value is empty")

    def test_a_time_to_judge_by_is_taken_where_times_are_compared(self):
        layout, later = self.image(), "2030-01-01T00:00:00Z"
        private, public = self.quick_key("k")
        image, blob, facts = f"oci:{layout}:app", self.write("blob", "x"), self.write("facts.json", "{}")
        self.answers(YES, "sign", "--key", private, image)
        self.answers(YES, "attest", "--key", private, "--type", "custom", "--predicate", facts, image)
        self.answers(YES, "sign-blob", "--key", private, blob)
        self.answers(YES, "attest-blob", "--key", private, "--type", "custom", "--predicate", facts, "--bundle", blob + ".att", blob)
        for words, schema in ((("verify", image), "verify"), (("verify-attestation", image), "verify"), (("verify-blob", blob), "verify-blob"),
                              (("verify-blob-attestation", "--bundle", blob + ".att", blob), "verify-blob")):
            words = (*words, "--key", public)
            plain = self.answers(YES, *words, "--json").json
            self.assertNotIn("simulatedTime", plain)
            told = self.answers(YES, *words, "--json", "--now", later).json
            self.assertEqual({**plain, "simulatedTime": later}, told)
            self.follows(schema, plain)
            self.says(self.answers(YES, *words, "--now", later), later + " (simulated)")
            self.says(self.answers(YES, *words, "--now", later, "-o", "sarif"), '"simulatedTime"')
        words = ("verify-provenance", "--key", public, "--source-uri", "github.com/o/r", image)
        self.assertEqual(later, self.answers(NO, *words, "--json", "--now", later).json["simulatedTime"])
        compose = self.write("compose.yaml", "services: {web: {image: 'x:1'}}\n")
        self.says(self.answers(NO, "dashboard", compose, "--now", later, "-o", "sarif"), '"simulatedTime"', later)
        self.answers(USAGE, "dashboard", "--host", "unix:///nowhere", "--now", later)
        self.answers(USAGE, "sign", "--key", private, image, "--now", later)

    def test_of_two_keys_or_passwords_in_one_file_none_is_taken(self):
        layout = self.image()
        (one, first), (other, second) = self.quick_key("one"), self.quick_key("other")
        both, publics = self.write("both.pem", self.read(one) + self.read(other)), self.write("both.pub", self.read(first) + self.read(second))
        self.says(self.answers(USAGE, "sign", "--key", both, f"oci:{layout}:app"), "2 private keys")
        self.says(self.answers(USAGE, "key", "public", "--key", both), "2 private keys")
        self.says(self.answers(USAGE, "verify", "--key", publics, f"oci:{layout}:app"), "2 PEM blocks")
        answer = self.answers(USAGE, "login", "-u", "me", "--password-stdin", "--authfile", self.path("a.json"), "localhost:1", stdin=b"one\ntwo\n")
        self.says(answer, "several lines")

    def test_without_a_verb_the_help_is_shown_and_nothing_is_answered_yes(self):
        alone = self.answers(USAGE)
        self.assertEqual(b"", alone.out)
        for group in ("Images:", "Verify and decide:", "Release files:"):
            self.assertIn(group, alone.err)

    def test_a_mistyped_word_names_the_near_one(self):
        for words, meant in ((("verfy", "x"), "verify"), (("singn", "x"), "sign"), (("sbom", "chekc", "x"), "check"),
                             (("sbom", "--plaform", "x", "y"), "--platform"), (("gate", "--polcy=x", "y"), "--policy")):
            self.assertIn(f'did you mean "{meant}"?', self.answers(USAGE, *words).err)
        for words in (("xyzzy",), ("verify" * 100,), ("sbom", "--nothing-like-it", "x")):
            self.assertNotIn("did you mean", self.answers(USAGE, *words).err)

    def test_an_output_without_a_format_is_told_how_a_file_is_named_and_a_family_its_first_format(self):
        for value in ("/tmp/sbom.json", "sbom.json", "./out"):
            self.assertIn("a file is named as -o cyclonedx-json=FILE", self.answers(USAGE, "sbom", "-o", value, "x").err)
        for value, meant in (("spdx", "spdx-json"), ("cyclonedx", "cyclonedx-json")):
            self.assertIn(f'did you mean "{meant}"?', self.answers(USAGE, "sbom", "-o", value, "x").err)

    def test_global_options_stand_before_a_verb_too(self):
        usual = self.answers(YES, "version", "--json").json
        self.assertEqual(usual, self.answers(YES, "--json", "version").json)
        self.assertEqual(usual, self.answers(YES, "--cache", "version", "--json", "version").json)
        # Between two words of a verb as well: there it must not be lost.
        self.write("a.json", '{"spdxVersion":"SPDX-2.3","packages":[]}')
        image = self.image()
        for words in (("sbom", "--json", "diff"), ("--json", "sbom", "diff"), ("sbom", "diff", "--json")):
            self.assertIn("differences", self.answers(YES, *words, f"oci:{image}:app", f"oci:{image}:app").json)
        # What is no global option stays where it is, and is refused there.
        self.answers(USAGE, "--key", "x", "verify", "y")
        self.answers(USAGE, "--json")

    def test_a_mistyped_value_names_the_near_one_and_help_writes_all_values_out(self):
        for words, meant in ((("sbom", "--files", "ownd", "x"), "owned"), (("sbom", "-o", "spdx-jsn", "x"), "spdx-json"),
                             (("key", "generate", "--type=ed2551"), "ed25519"), (("completion", "bsh"), "bash"),
                             (("attest", "--type", "spdxjsn", "x"), "spdxjson"), (("version", "--color=alway"), "always")):
            with self.subTest(words=words):
                self.assertIn(f'did you mean "{meant}"?', self.answers(USAGE, *words).err)
                verb = words[:2] if words[0] == "key" else words[:1]
                self.assertRegex(self.answers(YES, *verb, "--help").text, r"[{,]" + meant + r"[,}]")
        for verb in self.verbs():
            listed = self.answers(YES, *verb, "--help").text.split("Global options:")[0]
            self.assertNotRegex(listed, r"(?m)^ +(-o|--type).*\n?.*[a-z], …", verb)

    def test_completion_and_manual_know_every_option_of_the_help(self):
        bash = self.answers(YES, "completion", "bash").text
        fish = self.answers(YES, "completion", "fish").text
        for words in self.verbs():
            name = " ".join(words)
            options = self.answers(YES, *words, "--help").text.split("Exit codes:")[0]
            page = self.answers(YES, "manual", *words).text.replace("\\-", "-")
            completed = re.search(rf"(?m)^    '{name}'\) words='([^']*)'", bash).group(1).split()
            seen = "; and ".join("__fish_seen_subcommand_from " + word for word in words)
            begins = f"complete -c supply -n '{seen}' "
            offered = " ".join(line[len(begins):] for line in fish.split("\n") if line.startswith(begins))
            listed = re.findall(r"(?m)^  ((?:-\w,)?--[a-z0-9,-]+)", options)
            self.assertGreater(len(listed), 7)
            for option in (each for names in listed for each in names.split(",")):
                with self.subTest(verb=name, option=option):
                    self.assertIn(option, completed)
                    self.assertIn(f"\\fB{option}\\fR", page)
                    self.assertIn((" -l " + option[2:] if option.startswith("--") else " -s " + option[1:]) + " ", " " + offered)

    def test_a_form_that_a_verb_does_not_take_is_refused_with_what_to_type(self):
        self.quick_key("k")
        key, pub = f"--key {self.path('k.pem')}", f"--key {self.path('k.pub')}"
        policy = "--policy " + self.write("policy.yaml", "version: 1\nimages:\n  - match: ['**']\n    signatures: {any_of: [k]}\nkeys: {k: k.pub}\n")
        predicate = "--type custom --predicate " + self.write("custom.json", "{}")
        build = "--builder-id https://b.example --build-type https://t.example --source git+https://s.example/s@" + "ab" * 20
        verbs = {"inspect": "ARG", "copy": "ARG oci:x:1", "tags": "ARG", "sbom": "ARG", "base check": "--base x ARG",
                 "tag": "ARG x", "delete": "ARG@sha256:" + "ab" * 32, "sbom check": "ARG", "sign": f"{key} ARG",
                 "verify": f"{pub} ARG", "attest": f"{key} {predicate} ARG", "verify-attestation": f"{pub} ARG",
                 "provenance": f"{build} --attest {key} ARG", "download sbom": "ARG", "gate": f"{policy} ARG",
                 "release": f"{build} {key} {policy} ARG",
                 "verify-provenance": f"{pub} --source-uri git+https://s.example/s --builder-id https://b.example ARG"}
        with_digest = list(verbs)[5:]
        for verb, arguments in verbs.items():
            refused = [("sbom:x", "takes no SBOM; type HOST/NAME:TAG, oci:DIR:TAG"), ("containers-storage:app", "type podman push app")]
            if verb not in ("sbom", "sbom check"):
                refused.append(("dir:x", "takes no source directory; type HOST/"))
            if verb in with_digest:
                refused.append(("docker-archive:x.tar", "takes no docker-archive, which has no manifest digest"))
            for typed, said in refused:
                with self.subTest(verb=verb, typed=typed):
                    err = self.answers(USAGE, *verb.split(), *arguments.replace("ARG", typed).split()).err
                    self.assertIn(f": {verb} ", err)
                    self.assertIn(said, err)
        for words, said in (("pins check oci:x:1", "pins check takes no OCI layout; type dir:PATH, file:PATH"),
                            (f"verify-blob {pub} docker://app", "verify-blob takes no image of a registry; type file:PATH"),
                            ("sbom diff file:x sbom:x", "sbom diff takes no file; type"),
                            ("inspect --raw docker-archive:x", "inspect --raw takes no docker-archive")):
            self.assertIn(said, self.answers(USAGE, *words.split()).err)
        # These take a directory: what is wrong with this one is that it is not there.
        for words in ("sbom dir:x", "sbom diff dir:x dir:x"):
            self.assertIn('"x": No such file or directory', self.answers(UNKNOWN, *words.split()).err)

    def test_files_and_directories_are_named_in_every_way(self):
        self.quick_key("k")
        app = self.write("app", "bytes")
        self.answers(YES, "sign-blob", "--key", self.path("k.pem"), f"file:{app}")
        self.answers(YES, "verify-blob", "--key", self.path("k.pub"), app)
        self.answers(YES, "verify-blob", "--key", self.path("k.pub"), "file:app", cwd=self.directory)
        # A file of just that name is meant before.
        self.write("file:app", "other")
        self.answers(USAGE, "verify-blob", "--key", self.path("k.pub"), "file:app", cwd=self.directory)
        self.write("sub/Dockerfile", "FROM scratch\n")
        for typed in ("sub", "dir:sub", "./sub", "sub/Dockerfile", "file:sub/Dockerfile"):
            self.answers(YES, "pins", "check", typed, cwd=self.directory)
        image = self.image()
        for layout in (f"oci:{image}:app", f"{image}:app"):
            self.answers(YES, "sbom", "diff", layout, layout)

    def test_a_file_that_was_typed_as_a_bare_word_is_named_where_no_registry_has_such_an_image(self):
        self.write("doc.json", "{}")
        told = self.answers(UNKNOWN, "sbom", "lint", "--offline", "doc.json", cwd=self.directory).err
        self.assertIn("docker.io", told)
        self.assertIn("./doc.json", told)
        self.assertNotIn("./", self.answers(UNKNOWN, "sbom", "lint", "--offline", "other.json", cwd=self.directory).err)

    def test_colours_are_for_terminals(self):
        image = self.image()
        words = ("inspect", f"oci:{image}:app")
        self.assertNotIn(b"\x1b", self.answers(YES, *words).out)
        self.assertIn(b"\x1b[", self.answers(YES, *words, "--color", "always").out)
        self.assertIn(b"\x1b[", self.answers(YES, "--color=always", *words, env={"NO_COLOR": "1"}).out)
        self.assertNotIn(b"\x1b", self.answers(YES, *words, "--json", "--color", "always").out)
        self.answers(USAGE, *words, "--color", "sometimes")

        def on_terminal(*more, **variables):
            main, side = pty.openpty()
            subprocess.run([SUPPLY, *words, *more], stdout=side, stderr=subprocess.DEVNULL, check=True, env=environment(**variables))
            os.close(side)
            with os.fdopen(main, "rb", 0) as terminal:
                return terminal.read(1 << 16)

        self.assertIn(b"\x1b[", on_terminal(TERM="xterm"))
        self.assertIn(b"\x1b[", on_terminal(TERM="xterm", NO_COLOR=""))  # no-color.org: set and not empty
        self.assertIn(b"\x1b[", on_terminal("--color", "always", TERM="dumb", NO_COLOR="1"))
        for more, variables in (((), {"TERM": "xterm", "NO_COLOR": "1"}), ((), {"TERM": "dumb"}), ((), {}), (("--color", "never"), {"TERM": "xterm"})):
            self.assertNotIn(b"\x1b", on_terminal(*more, **variables), (more, variables))

    def test_verify_says_first_what_was_asked_and_counts_what_was_refused(self):
        image = self.image()
        signers = [self.quick_key(name) for name in ("release", "backup", "other")]
        for private, _ in signers:
            self.answers(YES, "sign", "--key", private, "-a", "env=prod", f"oci:{image}:app")
        digest = self.answers(YES, "inspect", "--digest", f"oci:{image}:app").text.strip()
        asked = ("verify", "--key", signers[0][1], "--key", signers[1][1], "-a", "env=prod", f"oci:{image}:app")
        text = self.answers(YES, *asked).text
        self.assertTrue(text.startswith(f"oci:{image}:app@{digest}\n  asked: signed by {signers[0][1]} or {signers[1][1]}; annotations env=prod\n"), text)
        self.assertIn("1 other refused: --verbose lists it\n", text)
        self.assertNotIn("  refused: ", text)
        self.assertIn("  refused: ", self.answers(YES, "--verbose", *asked).text)
        refusal = self.answers(NO, "verify", "--key", signers[0][1], "-a", "env=test", f"oci:{image}:app").text
        self.assertIn("asked: signed by " + signers[0][1] + "; annotations env=test\n", refusal)
        self.assertEqual(3, refusal.count("  refused: "))

    def test_docker_urls_name_images_of_registries(self):
        for typed in ("docker://localhost:1/app", "localhost:1/app"):
            self.assertIn("localhost:1/app", self.answers(3, "inspect", "--offline", typed).err)

    def test_every_verb_shows_its_own_options_first(self):
        text = self.answers(YES, "verify", "--help").text
        self.assertLess(text.index("--key"), text.index("Global options:"))
        self.assertLess(text.index("Global options:"), text.index("Registries:"))

    def test_every_verb_ends_its_help_with_exit_codes_and_examples_that_its_options_allow(self):
        for words in self.verbs():
            with self.subTest(verb=words):
                text = self.answers(YES, *words, "--help").text
                self.assertIn("Exit codes:\n  0   ", text)
                examples = text.split("Examples:\n")[1].strip().split("\n")
                self.assertEqual(2, len(examples))
                for example in examples:
                    typed = example.split()
                    self.assertEqual(["supply", *words], typed[:1 + len(words)])
                    for names in re.findall(r"(?m)^  ((?:-\w,)?--[a-z0-9-]+).* REQUIRED", text):
                        self.assertTrue(set(names.split(",")) & set(typed), f"{names} in {example}")
                    for option in (word for word in typed if word.startswith("-") and word != "-"):
                        self.assertRegex(text, rf"(?m)^  (-\w,)?(--[a-z0-9-]+,)*{option}[, \n]", example)

    def test_options_of_registries_are_shown_where_one_can_be_meant_and_taken_everywhere(self):
        for verb, shown in (("verify", True), ("sbom", True), ("sign-blob", False), ("verify-blob", False), ("pins check", False), ("version", False)):
            text = self.answers(YES, *verb.split(), "--help").text
            self.assertEqual(shown, "--plain-http" in text, verb)
            self.assertEqual(shown, "plain\\-http" in self.answers(YES, "manual", *verb.split()).text, verb)
        self.answers(YES, "version", "--deadline", "5s", "--plain-http")

    def test_bash_completes_verbs_options_and_values(self):
        script = self.write("supply.bash", self.answers(YES, "completion", "bash").out)

        def completed(*words):
            line = " ".join(f"'{word}'" for word in words)
            ask = f"source {script}; COMP_WORDS=(supply {line}); COMP_CWORD={len(words)}; _supply; printf '%s\\n' \"${{COMPREPLY[@]}}\""
            done = subprocess.run(["bash", "-uc", ask], capture_output=True, text=True, cwd=self.directory)
            self.assertEqual("", done.stderr)
            return done.stdout.split()

        self.assertEqual(["verify", "verify-attestation", "verify-blob", "verify-blob-attestation", "verify-provenance", "version"],
                         sorted(word for word in completed("ver")))
        self.assertLessEqual({"check", "convert", "diff", "lint", "merge"}, set(completed("sbom", "")))
        self.assertIn("--platform", completed("sbom", "check", "--pl"))
        self.assertEqual(["none", "owned", "all"], completed("sbom", "--files", "")[:3])
        self.assertEqual(["bash"], completed("completion", "ba"))
        self.assertIn("supply.bash", completed("sign-blob", "su"))

    def test_scripts_of_other_shells_are_read_by_them(self):
        self.answers(USAGE, "completion", "csh")
        self.answers(USAGE, "completion")
        fish = self.answers(YES, "completion", "fish").text
        self.assertIn("complete -c supply -n '__fish_use_subcommand' -a 'verify'", fish)
        self.assertIn("complete -c supply -n '__fish_seen_subcommand_from sbom; and __fish_seen_subcommand_from check' -l platform -r", fish)
        self.assertIn("bashcompinit", self.answers(YES, "completion", "zsh").text)
        for shell in ("fish", "zsh"):
            with self.subTest(shell):
                self.needs(shell)
                script = self.write(f"supply.{shell}", self.answers(YES, "completion", shell).out)
                subprocess.run([shell, "-n", script], check=True)

    def test_a_manual_page_says_every_option_of_its_verb(self):
        page = self.answers(YES, "manual", "sbom", "check").text
        self.assertTrue(page.startswith(".TH SUPPLY\\-SBOM\\-CHECK 1"))
        for option in ("\\-\\-platform", "\\-\\-key", "\\-\\-ca\\-file", "SUPPLY_CA_FILE"):
            self.assertIn(option, page)
        self.assertIn("verify\\-blob", self.answers(YES, "manual").text)
        self.answers(USAGE, "manual", "nothing")
        self.assertEqual(page, supply("manual", "sbom", "check").text)


if __name__ == "__main__":
    unittest.main()
