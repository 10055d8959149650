// Blanks what is not code: comments, strings, template text and regular expressions become spaces,
// so that a ban list can be searched for in what is left. Lines and columns stay where they were.
import ts from "typescript";

const TEXT_KINDS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.TemplateHead,
  ts.SyntaxKind.TemplateMiddle,
  ts.SyntaxKind.TemplateTail,
  ts.SyntaxKind.RegularExpressionLiteral,
]);

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS);
}

export function codeOnly(source: ts.SourceFile): string {
  const text = source.text;
  const kept = text.replace(/[^\n]/g, " ").split("");
  const visit = (node: ts.Node): void => {
    if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) {
      return;
    }
    const children = node.getChildren(source);
    if (children.length > 0) {
      for (const child of children) visit(child);
    } else if (!TEXT_KINDS.has(node.kind)) {
      for (let at = node.getStart(source); at < node.getEnd(); at += 1) kept[at] = text[at] ?? " ";
    }
  };
  visit(source);
  return kept.join("");
}

export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
