import type { Sample } from './sample.ts';

export const compilerErrors: readonly Sample[] = [
  [
    'TS2322',
    "src/t.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.",
    'typescript/2322',
    ['`string`', '`number`'],
  ],
  ['TS2304', "src/t.ts:1:24 - error TS2304: Cannot find name 'foo'.", 'typescript/2304', ['`foo`']],
  [
    'TS2307',
    "src/t.ts(1,49): error TS2307: Cannot find module './gone.js' or its corresponding type declarations.",
    'typescript/2307',
    ['`./gone.js`'],
  ],
  ['TS7006', "src/t.ts(1,73): error TS7006: Parameter 'x' implicitly has an 'any' type.", 'typescript/7006', ['`x`']],
  [
    'TS2339',
    "src/t.ts(1,96): error TS2339: Property 'zip' does not exist on type '{}'.",
    'typescript/2339',
    ['`zip`', '`{}`'],
  ],
  [
    'TS2345',
    "src/t.ts(2,3): error TS2345: Argument of type 'null' is not assignable to parameter of type 'string'.",
    'typescript/2322',
    ['`null`'],
  ],
  [
    'TS18048',
    "src/t.ts(2,3): error TS18048: 'user.name' is possibly 'undefined'.",
    'typescript/2531',
    ['`user.name`', '`undefined`'],
  ],
  ['TS2554', 'src/t.ts(2,3): error TS2554: Expected 2 arguments, but got 1.', 'typescript/2554', ['2', '1']],
  [
    'a TypeScript error without a rule of its own',
    'src/t.ts(2,3): error TS2769: No overload matches this call.',
    'typescript/other',
    ['No overload'],
  ],
  [
    'javac: a name not known',
    'src/M.java:4: error: cannot find symbol\n    y = 3;\n    ^\n  symbol:   variable y\n  location: class M',
    'java/symbol',
    ['symbol'],
  ],
  [
    'javac: incompatible types',
    'src/M.java:3: error: incompatible types: String cannot be converted to int',
    'java/types',
    ['String cannot be converted to int'],
  ],
  ['javac: a missing semicolon', "src/M.java:3: error: ';' expected", 'syntax/java', ["';' expected"]],
  ['go: a name not known', './main.go:6:2: undefined: fooBar', 'go/undefined', ['`fooBar`']],
  ['go: a variable not used', './main.go:6:2: declared and not used: count', 'go/unused', ['`count`']],
  ['go: an import not used', './main.go:4:2: "os" imported and not used', 'go/unused', ['`os`']],
  [
    'go: types',
    './main.go:7:14: cannot use "a" (untyped string constant) as int value in assignment',
    'go/types',
    ['`int`'],
  ],
  [
    'rustc E0382',
    'error[E0382]: borrow of moved value: `s`\n --> src/main.rs:4:20\n  |',
    'rust/E0382',
    ['`s`', 'moved'],
  ],
  [
    'rustc E0499',
    'error[E0499]: cannot borrow `v` as mutable more than once at a time\n --> src/main.rs:4:20',
    'rust/E0499',
    ['`v`'],
  ],
  [
    'rustc E0502',
    'error[E0502]: cannot borrow `v` as mutable because it is also borrowed as immutable\n --> src/main.rs:4:20',
    'rust/E0499',
    ['`v`'],
  ],
  ['rustc E0308', 'error[E0308]: mismatched types\n --> src/main.rs:1:88\n  |', 'rust/E0308', ['mismatched types']],
  [
    'rustc E0425',
    'error[E0425]: cannot find function `foo` in this scope\n --> src/main.rs:1:93',
    'rust/E0425',
    ['`foo`'],
  ],
  ['rustc E0432', 'error[E0432]: unresolved import `serde`\n --> src/main.rs:1:5', 'rust/E0432', ['cargo add serde']],
  [
    'CS0103',
    "Program.cs(5,9): error CS0103: The name 'totl' does not exist in the current context [/app/shop.csproj]",
    'csharp/CS0103',
    ['`totl`'],
  ],
  [
    'CS1061',
    "Program.cs(5,9): error CS1061: 'string' does not contain a definition for 'Size' and no accessible extension method",
    'csharp/CS1061',
    ['`Size`', '`string`'],
  ],
  [
    'CS0246',
    "Program.cs(1,7): error CS0246: The type or namespace name 'Newtonsoft' could not be found (are you missing a using directive?)",
    'csharp/CS0246',
    ['`Newtonsoft`'],
  ],
  [
    'CS0029',
    "Program.cs(5,9): error CS0029: Cannot implicitly convert type 'string' to 'int'",
    'csharp/CS0029',
    ['`string`', '`int`'],
  ],
  [
    'mypy',
    'app.py:3: error: Incompatible return value type (got "None", expected "str")  [return-value]',
    'python/mypy',
    ['return-value'],
  ],
  ['gcc: a name not known', 'main.c:1:20: error: ‘x’ undeclared (first use in this function)', 'undefined/c', ['`x`']],
].map(([name, text, rule, says]) => sample(name, text, rule, says));

type Cell = string | readonly string[] | undefined;

function sample(name: Cell, text: Cell, rule: Cell, says: Cell): Sample {
  if (typeof name !== 'string' || typeof text !== 'string' || typeof rule !== 'string' || !Array.isArray(says)) {
    throw new TypeError('a sample is a name, a text, a rule and words');
  }
  return { name, text, rule, says: says.map(String) };
}
