// A lint rule: every exported declaration says what it is. Exports on consecutive lines may share the docstring of the
// first, as a table's rows share its heading.

const isDocstring = (comment) => comment.type === 'Block' && comment.value.startsWith('*');

/** The ESLint rule `house/docstrings`. */
export const docstrings = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { missing: '{{name}} is exported and has no docstring: say what it is (units, what it throws, where its rule comes from).' },
  },
  create(context) {
    const { sourceCode } = context;
    const isDocumented = (node) => {
      if (sourceCode.getCommentsBefore(node).some(isDocstring)) return true;
      const siblings = node.parent.body;
      const previous = siblings[siblings.indexOf(node) - 1];
      const isAdjacent = previous?.type === node.type && previous.loc.end.line === node.loc.start.line - 1;
      return isAdjacent && isDocumented(previous);
    };
    return {
      ExportNamedDeclaration(node) {
        if (node.declaration === null || isDocumented(node)) return;
        const name = node.declaration.id?.name ?? node.declaration.declarations?.[0]?.id?.name ?? 'This';
        context.report({ node, messageId: 'missing', data: { name } });
      },
    };
  },
};
