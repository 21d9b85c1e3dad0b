#!/usr/bin/env python3
"""Guards the words: those that were replaced by the standard's term, and phrases that say less than plain English.

Prints file, line, the word and what to write instead. Names are looked for in code, phrases in comments and in prose
(.md). A word that has other, rightful uses is looked for only as the name that it was.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Names of types, functions and files, anywhere in code and comments: (pattern, what to write instead).
NAMES = [
    (r"\bRandomFile\b", "RandomAccessFile"),
    (r"\bLasting\b", "Durability"),
    (r"\b(?:class|struct|enum class) Reach\b|\bReach::", "AddressScope"),
    (r"\b(?:class|struct) Lane\b|\bLane[&*]", "Connection"),
    (r"\bsupply::plain\(", "escape_for_terminal()"),
    (r"\bLayerFacts\b|\blayer_facts\b", "LayerScan, layer_scan"),
    (r"\bFileTap\b", "FileSink"),
    (r"\bis_document\b", "is_manifest_or_index"),
    (r"\btake_blob\b", "mount_blob"),
    (r"\bput_blob_from\b", "upload_blob"),
    (r"\bopen_unchecked\b", "open_raw"),
    (r"\bstore::Together\b|\bstore/together\b", "BatchingStore, batching_store"),
    (r"\b(?:class|struct) Listed\b", "PlatformManifest"),
    (r"\bfolder_files\b|\bFolderFiles\b", "directory_storage, DirectoryStorage"),
    (r"\barchive_files\b|\bArchiveFiles\b", "tar_storage, TarStorage"),
    (r"\bdocker_list\b", "docker_manifest_json"),
    (r"\bhold_alone\b", "lock_exclusive"),
    (r"\bRealmTrust\b", "TokenRealmPolicy"),
    (r"\btag_edit\b|\bTagEdit\b(?<!ReferrersTagEdit)", "referrers_tag"),
    (r"\bsaved_upload\b|\bSavedUpload\b", "upload_session, UploadSession"),
    (r"\bprivate_folder\b", "private_directory"),
    (r"\bWelcome\b", "LoginResult"),
    (r"registry/(?:internal/)?(?:said|patience|realm|page|state|certificates|login)\.hpp",
     "error_response, retry, token_realm, pagination, session, certs_d, credential_store"),
    (r"\b(?:class|struct) Bill\b|\bsbom::Bill\b|\bread_bill\b", "ParsedSbom"),
    (r"\bjson_out\b|\bJsonOut\b", "json_writer, JsonWriter"),
    (r"\bfound_in\b(?=\.hpp)|\bcatalog/collecting\b|\bcatalog/internal/distribution\b",
     "location, path_collector, os_release"),
    (r"\brecognise\(", "detect_predicate_type"),
    (r"\bSurroundings\b", "PolicyContext"),
    (r"\bvouching\(", "evidence_for"),
    (r"\bgate/sboms\b|\breport/ordered\b|\bverdict/attached\b", "sbom_facts, sorted_facts, trust/evidence"),
    (r"\b[Ff]olders?\b", "directory"),
]

# In comments and prose.
PHRASES = [
    (r"\b[Ff]or ever\b", "static storage, without end"),
    (r"\b[Ww]hoever\b", "callers, readers, the one that is meant"),
    (r"\bheld against\b|\b[Hh]olds? (?:[\w'`]+ ){1,6}against\b", "compared with, checked by"),
    (r"\bNobody\.", "a sentence with a subject and a verb"),
    (r"\bfor who\b", "for callers that"),
    (r"\b[Mm]akes? what [\w ]*\blast\b", "makes durable"),
    (r"(?<![\w`:.])\b[Ss]tands?\b(?! (?:only )?(?:in )?for\b| only in\b| in (?:is|for)\b)(?![\w`(])", "is, are, lies, has"),
]


def comment_of(line, suffix):
    """The part of a line in which phrases are looked for."""
    if suffix == ".md":
        return re.sub(r'"[^"]*"', '""', line)  # what is quoted is spoken of
    if suffix in (".cpp", ".hpp"):
        found = re.search(r"(?:^|\s)//.*", line)
    else:
        found = re.search(r"(?:^|\s)#.*", line)
    if not found or line[: found.start()].count('"') % 2:
        return ""
    return found.group(0)


def main():
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "libsupply", "tools", "ci", "README.md"],
        capture_output=True, text=True, check=False)
    if listed.returncode:  # not a checkout
        paths = [p for d in ("libsupply", "tools", "ci") for p in (ROOT / d).rglob("*") if p.is_file()]
    else:
        paths = [ROOT / name for name in listed.stdout.splitlines()]
    problems = 0
    for path in sorted(paths):
        if path.name == Path(__file__).name or not path.is_file():
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            found = [(pattern, instead, line) for pattern, instead in NAMES]
            found += [(pattern, instead, comment_of(line, path.suffix)) for pattern, instead in PHRASES]
            for pattern, instead, where in found:
                for match in re.finditer(pattern, where):
                    print(f"{path.relative_to(ROOT)}:{number}: {match.group(0).strip()!r}: write {instead}")
                    problems += 1
    print(f"check_words: {problems} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
