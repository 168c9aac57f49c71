// Recognises files that the page can't use, by how they begin, and says what to add instead.

export interface Kind {
  /** The words after "it is". */
  is: string;
  /** What to do, as a sentence. */
  instead: string;
}

const UNPACK = "Unpack it, and add the files in it.";
const PICTURE = "What a picture shows can't be checked: add the file itself.";
const DECRYPT = "Decrypt it, and add the file that comes out.";

/** The first bytes of each, one character for each byte. */
const KINDS: [start: string, is: string, instead: string][] = [
  ["PK\x03\x04", "a ZIP archive or an office document", UNPACK],
  ["PK\x05\x06", "an empty ZIP archive", "Add the files themselves."],
  ["\x1f\x8b", "compressed with gzip", UNPACK],
  ["BZh", "compressed with bzip2", UNPACK],
  ["\xfd7zXZ\0", "compressed with xz", UNPACK],
  ["\x28\xb5\x2f\xfd", "compressed with zstd", UNPACK],
  ["7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK],
  ["Rar!", "a RAR archive", UNPACK],
  ["%PDF-", "a PDF document", "Add the file that it was made from: what a PDF shows is not what a loader reads."],
  ["\x89PNG", "a picture (PNG)", PICTURE],
  ["\xff\xd8\xff", "a picture (JPEG)", PICTURE],
  ["GIF8", "a picture (GIF)", PICTURE],
  ["RIFF", "a picture or a recording", PICTURE],
  ["\0GITCRYPT\0", "encrypted with git-crypt", "Run `git-crypt unlock`, and add it again."],
  ["$ANSIBLE_VAULT;", "encrypted with Ansible Vault", "Run `ansible-vault decrypt`, and add it again."],
  ["age-encryption.org/", "encrypted with age", DECRYPT],
  ["-----BEGIN AGE ENCRYPTED FILE-----", "encrypted with age", DECRYPT],
  ["-----BEGIN PGP MESSAGE-----", "encrypted with PGP", DECRYPT],
  ["SQLite format 3\0", "an SQLite database", "Add the env files themselves."],
  ["\x7fELF", "a program", "Add the env files themselves."],
  ["MZ\x90", "a program", "Add the env files themselves."],
];
/** The offset and the text of the mark in a tar archive. */
const [TAR_AT, TAR] = [257, "ustar"];

/** Returns what a file is, if it is one of these. */
export function kindOf(bytes: Uint8Array): Kind | null {
  const starts = (with_: string, at = 0) => bytes.length >= at + with_.length && [...with_].every((character, index) => bytes[at + index] === character.charCodeAt(0));
  if (starts(TAR, TAR_AT)) return { is: "a tar archive", instead: UNPACK };
  const found = KINDS.find(([start]) => starts(start));
  return found ? { is: found[1], instead: found[2] } : null;
}
