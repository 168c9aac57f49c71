// Types of the platform. A project knows them only if its `lib` or `types` name that platform, and the package must compile in every other project, too.

type Known<Name extends string> = typeof globalThis extends { readonly [name in Name]: { readonly prototype: infer Type } } ? Type : never;

/** Where the module comes from: the one thing in which the entries of the package differ. A compiled module, or its bytes. */
export type Module = (typeof globalThis extends { readonly WebAssembly: { readonly Module: { readonly prototype: infer Type } } } ? Type : never) | ArrayBuffer | ArrayBufferView;
export type Url = Known<"URL">;
export type Fetched = Known<"Response">;
