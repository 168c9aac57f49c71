// Types of the platform, which are known by its name only in a project that has told TypeScript of that platform (`lib`, `types`): the package is to compile in every other as well.

type Known<Name extends string> = typeof globalThis extends { readonly [name in Name]: { readonly prototype: infer Type } } ? Type : never;

/** Where the module comes from: the one thing in which the entries of the package differ. A compiled module, or its bytes. */
export type Module = (typeof globalThis extends { readonly WebAssembly: { readonly Module: { readonly prototype: infer Type } } } ? Type : never) | ArrayBuffer | ArrayBufferView;
export type Url = Known<"URL">;
export type Fetched = Known<"Response">;
