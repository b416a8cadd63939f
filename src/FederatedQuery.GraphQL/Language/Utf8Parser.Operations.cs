using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Language;

/// <content>Operations, selections, fragments, directives (spec sections 2.3 to 2.8 and 2.12).</content>
public ref partial struct Utf8Parser
{
    private OperationDefinitionNode ParseShorthandQuery()
    {
        var start = _lexer.Start;
        return new OperationDefinitionNode(start, null, OperationType.Query, null, start, [], [], ParseSelectionSet());
    }

    private OperationDefinitionNode ParseOperation(int start, string? description)
    {
        var operation = ParseOperationType();
        var nameStart = _lexer.Start;
        var name = _lexer.Kind == TokenKind.Name ? ParseName() : null;
        var variables = OptionalMany(
            TokenKind.ParenthesisLeft, static (ref parser) => parser.ParseVariableDefinition(), TokenKind.ParenthesisRight);
        var directives = ParseDirectives(isConst: false);
        return new OperationDefinitionNode(start, description, operation, name, nameStart, variables, directives, ParseSelectionSet());
    }

    private OperationType ParseOperationType()
    {
        if (_lexer.Kind != TokenKind.Name)
        {
            Expected("Name");
        }

        // What comes next may itself be no token: then that is the error.
        var token = _lexer;
        _lexer.Advance();
        var keyword = token.Value;
        OperationType? operation =
            keyword.SequenceEqual("query"u8) ? OperationType.Query
            : keyword.SequenceEqual("mutation"u8) ? OperationType.Mutation
            : keyword.SequenceEqual("subscription"u8) ? OperationType.Subscription
            : null;
        if (operation is null)
        {
            token.Throw(token.Start, $"Unexpected {token.Describe()}.");
        }

        return operation.Value;
    }

    private VariableDefinitionNode ParseVariableDefinition()
    {
        var start = _lexer.Start;
        var description = ParseDescription();
        var variable = ParseVariable();
        Expect(TokenKind.Colon);
        var type = ParseTypeReference();
        var defaultValue = Skip(TokenKind.EqualsSign) ? ParseValueLiteral(isConst: true) : null;
        return new VariableDefinitionNode(start, description, variable, type, defaultValue, ParseDirectives(isConst: true));
    }

    private VariableNode ParseVariable()
    {
        var start = _lexer.Start;
        Expect(TokenKind.Dollar);
        return new VariableNode(start, ParseName());
    }

    private SelectionSetNode ParseSelectionSet()
    {
        var start = _lexer.Start;
        Expect(TokenKind.BraceLeft);
        Descend();
        var selections = default(ItemList<SelectionNode>);
        do
        {
            selections.Add(_lexer.Kind == TokenKind.Spread ? ParseFragment() : ParseField());
        }
        while (!Skip(TokenKind.BraceRight));
        Ascend();
        return new SelectionSetNode(start, selections.ToImmutable());
    }

    private FieldNode ParseField()
    {
        var start = _lexer.Start;
        var name = ParseName();
        string? alias = null;
        if (Skip(TokenKind.Colon))
        {
            alias = name;
            name = ParseName();
        }

        var arguments = ParseArguments(isConst: false);
        var directives = ParseDirectives(isConst: false);
        var selectionSet = _lexer.Kind == TokenKind.BraceLeft ? ParseSelectionSet() : null;
        return new FieldNode(start, alias, name, arguments, directives, selectionSet);
    }

    private ImmutableArray<ArgumentNode> ParseArguments(bool isConst) => isConst
        ? OptionalMany(TokenKind.ParenthesisLeft, static (ref parser) => parser.ParseArgument(isConst: true), TokenKind.ParenthesisRight)
        : OptionalMany(TokenKind.ParenthesisLeft, static (ref parser) => parser.ParseArgument(isConst: false), TokenKind.ParenthesisRight);

    private ArgumentNode ParseArgument(bool isConst)
    {
        var start = _lexer.Start;
        var name = ParseName();
        Expect(TokenKind.Colon);
        return new ArgumentNode(start, name, ParseValueLiteral(isConst));
    }

    private SelectionNode ParseFragment()
    {
        var start = _lexer.Start;
        Expect(TokenKind.Spread);
        var hasTypeCondition = SkipKeyword("on"u8);
        if (!hasTypeCondition && _lexer.Kind == TokenKind.Name)
        {
            var nameStart = _lexer.Start;
            return new FragmentSpreadNode(start, ParseFragmentName(), nameStart, ParseDirectives(isConst: false));
        }

        var typeCondition = hasTypeCondition ? ParseNamedType() : null;
        var directives = ParseDirectives(isConst: false);
        return new InlineFragmentNode(start, typeCondition, directives, ParseSelectionSet());
    }

    private FragmentDefinitionNode ParseFragmentDefinition(int start, string? description)
    {
        ExpectKeyword("fragment"u8);
        var nameStart = _lexer.Start;
        var name = ParseFragmentName();
        ExpectKeyword("on"u8);
        var typeCondition = ParseNamedType();
        var directives = ParseDirectives(isConst: false);
        return new FragmentDefinitionNode(start, description, name, nameStart, typeCondition, directives, ParseSelectionSet());
    }

    private string ParseFragmentName()
    {
        if (PeekKeyword("on"u8))
        {
            Unexpected();
        }

        return ParseName();
    }

    private ImmutableArray<DirectiveNode> ParseDirectives(bool isConst)
    {
        if (_lexer.Kind != TokenKind.At)
        {
            return [];
        }

        var directives = default(ItemList<DirectiveNode>);
        while (_lexer.Kind == TokenKind.At)
        {
            var start = _lexer.Start;
            _lexer.Advance();
            directives.Add(new DirectiveNode(start, ParseName(), ParseArguments(isConst)));
        }

        return directives.ToImmutable();
    }
}
