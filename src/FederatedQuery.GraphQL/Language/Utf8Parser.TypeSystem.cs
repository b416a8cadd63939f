using System.Collections.Frozen;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Language;

/// <content>Type system definitions and extensions (spec section 3).</content>
public ref partial struct Utf8Parser
{
    private static readonly FrozenSet<string> DirectiveLocations = new[]
    {
        "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "VARIABLE_DEFINITION",
        "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM", "ENUM_VALUE",
        "INPUT_OBJECT", "INPUT_FIELD_DEFINITION",
    }.ToFrozenSet();

    private TypeSystemDefinitionNode ParseTypeSystemDefinition(int start, string? description, bool isExtension)
    {
        if (SkipKeyword("schema"u8))
        {
            return ParseSchemaDefinition(start, description, isExtension);
        }

        if (SkipKeyword("scalar"u8))
        {
            var name = ParseName();
            var directives = ParseDirectives(isConst: true);
            RequireExtensionContent(isExtension, !directives.IsEmpty);
            return new ScalarTypeDefinitionNode(start, description, isExtension, name, directives);
        }

        if (PeekKeyword("type"u8) || PeekKeyword("interface"u8))
        {
            return ParseObjectTypeDefinition(start, description, isExtension);
        }

        if (SkipKeyword("union"u8))
        {
            var name = ParseName();
            var directives = ParseDirectives(isConst: true);
            var types = Skip(TokenKind.EqualsSign)
                ? DelimitedMany(TokenKind.Pipe, static (ref parser) => parser.ParseNamedType())
                : [];
            RequireExtensionContent(isExtension, !directives.IsEmpty || !types.IsEmpty);
            return new UnionTypeDefinitionNode(start, description, isExtension, name, directives, types);
        }

        if (SkipKeyword("enum"u8))
        {
            var name = ParseName();
            var directives = ParseDirectives(isConst: true);
            var values = OptionalMany(
                TokenKind.BraceLeft, static (ref parser) => parser.ParseEnumValueDefinition(), TokenKind.BraceRight);
            RequireExtensionContent(isExtension, !directives.IsEmpty || !values.IsEmpty);
            return new EnumTypeDefinitionNode(start, description, isExtension, name, directives, values);
        }

        if (SkipKeyword("input"u8))
        {
            var name = ParseName();
            var directives = ParseDirectives(isConst: true);
            var fields = OptionalMany(
                TokenKind.BraceLeft, static (ref parser) => parser.ParseInputValueDefinition(), TokenKind.BraceRight);
            RequireExtensionContent(isExtension, !directives.IsEmpty || !fields.IsEmpty);
            return new InputObjectTypeDefinitionNode(start, description, isExtension, name, directives, fields);
        }

        if (!isExtension && SkipKeyword("directive"u8))
        {
            return ParseDirectiveDefinition(start, description);
        }

        if (description is not null)
        {
            UnexpectedDescription(start);
        }

        Unexpected();
        return null;
    }

    private readonly void RequireExtensionContent(bool isExtension, bool hasContent)
    {
        if (isExtension && !hasContent)
        {
            Unexpected();
        }
    }

    private SchemaDefinitionNode ParseSchemaDefinition(int start, string? description, bool isExtension)
    {
        var directives = ParseDirectives(isConst: true);
        ParseItem<RootOperationTypeNode> parse = static (ref parser) => parser.ParseRootOperationType();
        var types = isExtension
            ? OptionalMany(TokenKind.BraceLeft, parse, TokenKind.BraceRight)
            : Many(TokenKind.BraceLeft, parse, TokenKind.BraceRight);
        RequireExtensionContent(isExtension, !directives.IsEmpty || !types.IsEmpty);
        return new SchemaDefinitionNode(start, description, isExtension, directives, types);
    }

    private RootOperationTypeNode ParseRootOperationType()
    {
        var start = _lexer.Start;
        var operation = ParseOperationType();
        Expect(TokenKind.Colon);
        return new RootOperationTypeNode(start, operation, ParseNamedType());
    }

    private ObjectTypeDefinitionNode ParseObjectTypeDefinition(int start, string? description, bool isExtension)
    {
        var isInterface = PeekKeyword("interface"u8);
        _lexer.Advance();
        var name = ParseName();
        var interfaces = SkipKeyword("implements"u8)
            ? DelimitedMany(TokenKind.Ampersand, static (ref parser) => parser.ParseNamedType())
            : [];
        var directives = ParseDirectives(isConst: true);
        var fields = OptionalMany(TokenKind.BraceLeft, static (ref parser) => parser.ParseFieldDefinition(), TokenKind.BraceRight);
        RequireExtensionContent(isExtension, !interfaces.IsEmpty || !directives.IsEmpty || !fields.IsEmpty);
        return new ObjectTypeDefinitionNode(start, description, isExtension, isInterface, name, interfaces, directives, fields);
    }

    private FieldDefinitionNode ParseFieldDefinition()
    {
        var start = _lexer.Start;
        var description = ParseDescription();
        var name = ParseName();
        var arguments = OptionalMany(
            TokenKind.ParenthesisLeft, static (ref parser) => parser.ParseInputValueDefinition(), TokenKind.ParenthesisRight);
        Expect(TokenKind.Colon);
        var type = ParseTypeReference();
        return new FieldDefinitionNode(start, description, name, arguments, type, ParseDirectives(isConst: true));
    }

    private InputValueDefinitionNode ParseInputValueDefinition()
    {
        var start = _lexer.Start;
        var description = ParseDescription();
        var name = ParseName();
        Expect(TokenKind.Colon);
        var type = ParseTypeReference();
        var defaultValue = Skip(TokenKind.EqualsSign) ? ParseValueLiteral(isConst: true) : null;
        return new InputValueDefinitionNode(start, description, name, type, defaultValue, ParseDirectives(isConst: true));
    }

    private EnumValueDefinitionNode ParseEnumValueDefinition()
    {
        var start = _lexer.Start;
        var description = ParseDescription();
        if (PeekKeyword("true"u8) || PeekKeyword("false"u8) || PeekKeyword("null"u8))
        {
            _lexer.Throw(_lexer.Start, $"{_lexer.Describe()} is reserved and cannot be used for an enum value.");
        }

        return new EnumValueDefinitionNode(start, description, ParseName(), ParseDirectives(isConst: true));
    }

    private DirectiveDefinitionNode ParseDirectiveDefinition(int start, string? description)
    {
        Expect(TokenKind.At);
        var name = ParseName();
        var arguments = OptionalMany(
            TokenKind.ParenthesisLeft, static (ref parser) => parser.ParseInputValueDefinition(), TokenKind.ParenthesisRight);
        var repeatable = SkipKeyword("repeatable"u8);
        ExpectKeyword("on"u8);
        var locations = DelimitedMany(TokenKind.Pipe, static (ref parser) => parser.ParseDirectiveLocation());
        return new DirectiveDefinitionNode(start, description, name, arguments, repeatable, locations);
    }

    private string ParseDirectiveLocation()
    {
        var before = _lexer;
        var name = ParseName();
        if (!DirectiveLocations.Contains(name))
        {
            before.Throw(before.Start, $"Unexpected {before.Describe()}.");
        }

        return name;
    }
}
