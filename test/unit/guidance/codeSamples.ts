import type { Sample } from './sample.ts';

export const codeErrors: readonly Sample[] = [
  {
    name: 'a package that Node does not find',
    rule: 'module/node',
    text: `node:internal/modules/cjs/loader:1459
  throw err;
  ^

Error: Cannot find module 'express'
Require stack:
- /home/dev/shop/server.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1456:15)
    at Object.<anonymous> (/home/dev/shop/server.js:1:17) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/home/dev/shop/server.js' ]
}`,
    says: ['`express`', 'npm install express'],
    at: { file: '/home/dev/shop/server.js', line: 1, column: 17 },
  },
  {
    name: 'a file that Node does not find',
    rule: 'module/nodeFile',
    text: `Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/home/dev/shop/cart' imported from /home/dev/shop/main.mjs
    at finalizeResolution (node:internal/modules/esm/resolve:272:11) {
  code: 'ERR_MODULE_NOT_FOUND'`,
    says: ['`/home/dev/shop/cart`', 'file extension'],
  },
  {
    name: 'a package with a scope in Vite',
    rule: 'module/node',
    text: `✘ [ERROR] Could not resolve "@acme/ui/button"

    src/main.ts:1:23:`,
    says: ['npm install @acme/ui`'],
    at: { file: 'src/main.ts', line: 1, column: 23 },
  },
  {
    name: 'a module that Python does not find',
    rule: 'module/python',
    text: `Traceback (most recent call last):
  File "/home/dev/shop/app.py", line 1, in <module>
    import requests
ModuleNotFoundError: No module named 'requests'`,
    says: ['`requests`', 'pip install requests'],
    at: { file: '/home/dev/shop/app.py', line: 1 },
  },
  {
    name: 'a package that Go does not find',
    rule: 'module/go',
    text: 'main.go:5:2: no required module provides package github.com/gin-gonic/gin; to add it:\n\tgo get github.com/gin-gonic/gin',
    says: ['go get github.com/gin-gonic/gin'],
    at: { file: 'main.go', line: 5, column: 2 },
  },
  {
    name: 'a package that Java does not find',
    rule: 'module/java',
    text: 'src/App.java:3: error: package com.google.gson does not exist\nimport com.google.gson.Gson;\n                      ^',
    says: ['`com.google.gson`'],
    at: { file: 'src/App.java', line: 3 },
  },
  {
    name: 'undefined access in JavaScript',
    rule: 'undefined/jsProperty',
    text: `/home/dev/shop/src/cart.ts:3
  return cart.items.length;
              ^

TypeError: Cannot read properties of undefined (reading 'length')
    at total (/home/dev/shop/src/cart.ts:3:21)
    at Object.<anonymous> (/home/dev/shop/src/main.ts:5:13)
    at Module._compile (node:internal/modules/cjs/loader:1554:14)`,
    says: ['`length`', '`undefined`'],
    at: { file: '/home/dev/shop/src/cart.ts', line: 3, column: 21 },
  },
  {
    name: 'null access in older JavaScript',
    rule: 'undefined/jsProperty',
    text: "Uncaught TypeError: Cannot read property 'value' of null\n    at HTMLButtonElement.onclick (form.html:12:30)",
    says: ['`value`', '`null`'],
  },
  {
    name: 'a name that JavaScript does not know',
    rule: 'undefined/jsReference',
    text: 'ReferenceError: totl is not defined\n    at main (/app/a.js:2:3)',
    says: ['`totl`'],
  },
  {
    name: 'None in Python',
    rule: 'undefined/pythonNone',
    text: `Traceback (most recent call last):
  File "c.py", line 2, in <module>
    print(user.name)
          ^^^^^^^^^
AttributeError: 'NoneType' object has no attribute 'name'`,
    says: ['`name`', '`None`'],
    at: { file: 'c.py', line: 2 },
  },
  {
    name: 'a missing key in Python',
    rule: 'undefined/pythonKey',
    text: `Traceback (most recent call last):
  File "/tmp/a.py", line 4, in <module>
    print(total({"itemz": []}))
  File "/tmp/a.py", line 2, in total
    return sum(item["price"] for item in cart["items"])
KeyError: 'items'`,
    says: ["`'items'`"],
    at: { file: '/tmp/a.py', line: 2 },
  },
  {
    name: 'an index outside of a Python list',
    rule: 'undefined/index',
    text: 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nIndexError: list index out of range',
    says: ['index'],
  },
  {
    name: 'null in Java',
    rule: 'undefined/java',
    text: 'Exception in thread "main" java.lang.NullPointerException: Cannot invoke "String.length()" because "N.s" is null\n\tat shop.N.main(N.java:1)',
    says: ['`N.s`'],
    at: { file: 'shop/N.java', line: 1 },
  },
  {
    name: 'nil in Go',
    rule: 'undefined/go',
    text: `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48f1a2]

goroutine 1 [running]:
main.total(...)
\t/home/dev/shop/main.go:12
main.main()
\t/home/dev/shop/main.go:20 +0x1d
exit status 2`,
    says: ['nil'],
    at: { file: '/home/dev/shop/main.go', line: 12 },
  },
  {
    name: 'null in C#',
    rule: 'undefined/csharp',
    text: `Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.
   at Shop.Cart.Total() in /home/dev/shop/Cart.cs:line 12
   at Program.<Main>$(String[] args) in /home/dev/shop/Program.cs:line 3`,
    says: ['null'],
    at: { file: '/home/dev/shop/Cart.cs', line: 12 },
  },
  {
    name: 'unwrap of None in Rust',
    rule: 'undefined/rustUnwrap',
    text: "thread 'main' (17063) panicked at src/main.rs:1:41:\ncalled `Option::unwrap()` on a `None` value\nnote: run with `RUST_BACKTRACE=1`",
    says: ['`Option::unwrap`'],
    at: { file: 'src/main.rs', line: 1, column: 41 },
  },
  {
    name: 'a wrong type in JavaScript',
    rule: 'type/jsNotFunction',
    text: 'TypeError: items.map is not a function\n    at render (/app/list.js:8:15)',
    says: ['`items.map`', 'function'],
  },
  {
    name: 'a wrong type in Python',
    rule: 'type/pythonOperand',
    text: 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nTypeError: can only concatenate str (not "int") to str',
    says: ['`str`', '`int`'],
  },
];
