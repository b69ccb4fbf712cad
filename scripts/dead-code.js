// Finds what is exported and used by nobody. A part's own spec does not count: code that only its test calls is dead too.
import { globSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * Used from outside the sources: the program's entry (bin), the package's public face, suites that specs run (contract
 * tests), and what docs/scenario-language.md is made from.
 */
const ENTRANCES = [/^src\/cli\/main\.ts$/, /^src\/public\//, /^src\/scenarios\/language\/reference\.ts$/, /\.(spec|contract)\.tsx?$/];

const textOf = (node) => node.text ?? node.escapedText;

/** The names that a file exports, each with its line, and whether it is a type. */
const exportsOf = (source) => {
  const found = [];
  const add = (name, node, isType = false) => {
    found.push({ name: textOf(name), isType, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1 });
  };
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)) {
      for (const element of statement.exportClause.elements) add(element.name, element);
    }
    if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) if (ts.isIdentifier(name)) add(name, statement);
    } else if (statement.name !== undefined) {
      add(statement.name, statement, ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement));
    }
  }
  return found;
};

/** The names a dynamic import is taken apart into, or all of them where that can't be seen. */
const namesOfDynamicImport = (call) => {
  let node = call.parent;
  while (ts.isAwaitExpression(node) || ts.isParenthesizedExpression(node)) node = node.parent;
  if (ts.isPropertyAccessExpression(node)) return [textOf(node.name)];
  if (!ts.isVariableDeclaration(node) || !ts.isObjectBindingPattern(node.name)) return ['*'];
  return node.name.elements.map((element) => textOf(element.propertyName ?? element.name));
};

/** What a file imports: pairs of a module specifier and a name; `*` stands for all names. */
const importsOf = (source) => {
  const found = [];
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      const names =
        bindings === undefined
          ? []
          : ts.isNamespaceImport(bindings)
            ? ['*']
            : bindings.elements.map((element) => textOf(element.propertyName ?? element.name));
      for (const name of names) found.push([node.moduleSpecifier.text, name]);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      const names =
        node.exportClause !== undefined && ts.isNamedExports(node.exportClause)
          ? node.exportClause.elements.map((element) => textOf(element.propertyName ?? element.name))
          : ['*'];
      for (const name of names) found.push([node.moduleSpecifier.text, name]);
    } else if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      ts.isStringLiteralLike(node.arguments[0])
    ) {
      for (const name of namesOfDynamicImport(node)) found.push([node.arguments[0].text, name]);
    } else if (ts.isImportTypeNode(node)) {
      const qualifier = node.qualifier === undefined ? '*' : textOf(node.qualifier.left ?? node.qualifier);
      found.push([node.argument.literal.text, qualifier]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

const isOwnSpec = (importer, file) => importer.replace(/\.spec\.tsx?$/, '') === file.replace(/\.tsx?$/, '');

/** How often a name stands in its own file, beyond its declaration: a type that shapes another export is used there. */
const isUsedAtHome = (source, name) => {
  let count = 0;
  const visit = (node) => {
    if (ts.isIdentifier(node) && node.text === name) count += 1;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return count > 1;
};

/** The dead exports under a checkout's src/, each as `file:line name`. */
export const findDeadCode = (home) => {
  const files = globSync(['src/**/*.ts', 'src/**/*.tsx', 'tests/**/*.ts', 'bench/**/*.ts'], { cwd: home });
  const parsed = new Map(
    files.map((file) => [file, ts.createSourceFile(file, ts.sys.readFile(resolve(home, file)) ?? '', ts.ScriptTarget.Latest, true)]),
  );
  const used = new Set();
  for (const [importer, source] of parsed) {
    for (const [specifier, name] of importsOf(source)) {
      if (!specifier.startsWith('.')) continue;
      const target = relative(home, resolve(home, dirname(importer), specifier.replace(/\.js$/, '.ts')));
      if (!isOwnSpec(importer, target)) used.add(`${target} ${name}`);
    }
  }
  const dead = [];
  for (const [file, source] of parsed) {
    if (!file.startsWith('src/') || ENTRANCES.some((entrance) => entrance.test(file)) || used.has(`${file} *`)) continue;
    for (const { name, isType, line } of exportsOf(source)) {
      if (!used.has(`${file} ${name}`) && !(isType && isUsedAtHome(source, name))) dead.push(`${file}:${line} ${name}`);
    }
  }
  return dead;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dead = findDeadCode(process.cwd());
  for (const line of dead) console.log(`${line} is exported, and nobody uses it (its own spec does not count)`);
  if (dead.length > 0) {
    console.log(`\n${dead.length} dead exports: remove them, or drop \`export\` where only the file itself uses them.`);
    process.exitCode = 1;
  }
}
