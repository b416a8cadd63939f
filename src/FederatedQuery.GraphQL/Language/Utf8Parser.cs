using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Language;

/// <summary>
/// Recursive descent over the grammar of the specification, September 2025 (appendix C). The other parts of this type follow the grammar's
/// sections. Recursion is bounded by <see cref="ParserOptions.MaxDepth"/>.
/// </summary>
public ref partial struct Utf8Parser
{
    private readonly ParserOptions _options;
    private Utf8Lexer _lexer;
    private NameTable _names;
    private int _depth;

    private Utf8Parser(ReadOnlySpan<byte> source, ParserOptions options)
    {
        _options = options;
        _lexer = new Utf8Lexer(source, options.MaxTokens);
        _lexer.Advance();
    }

    private delegate T ParseItem<out T>(ref Utf8Parser parser);

    /// <exception cref="GraphQLSyntaxException">The document breaks the grammar or a limit.</exception>
    public static DocumentNode Parse(string document, ParserOptions? options = null) => Parse(Encoding.UTF8.GetBytes(document), options);

    /// <summary>Parses a document, executable or of the type system. The tree keeps the bytes for later errors.</summary>
    /// <exception cref="GraphQLSyntaxException">The document breaks the grammar or a limit, or is not UTF-8.</exception>
    public static DocumentNode Parse(ReadOnlyMemory<byte> utf8, ParserOptions? options = null)
    {
        options ??= ParserOptions.Default;
        if (utf8.Length > options.MaxBytes)
        {
            throw new GraphQLSyntaxException(
                string.Create(CultureInfo.InvariantCulture, $"Syntax Error: Document is {utf8.Length} bytes long; at most {options.MaxBytes} are allowed. Parsing aborted."),
                new SourceLocation(1, 1),
                ErrorCodes.DocumentTooLarge);
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            throw new GraphQLSyntaxException("Syntax Error: The document is not valid UTF-8.", new SourceLocation(1, 1));
        }

        var parser = new Utf8Parser(utf8.Span, options);
        var definitions = ImmutableArray.CreateBuilder<DefinitionNode>(1);
        do
        {
            definitions.Add(parser.ParseDefinition());
        }
        while (parser._lexer.Kind != TokenKind.EndOfFile);

        return new DocumentNode(new SourceText(utf8), definitions.DrainToImmutable());
    }

    /// <summary>Parses one constant value, such as a default value given as text.</summary>
    /// <exception cref="GraphQLSyntaxException">The text is not one constant value.</exception>
    public static ValueNode ParseConstValue(string value)
    {
        var parser = new Utf8Parser(Encoding.UTF8.GetBytes(value), ParserOptions.Default);
        var node = parser.ParseValueLiteral(isConst: true);
        parser.Expect(TokenKind.EndOfFile);
        return node;
    }

    /// <summary>Parses one type reference, such as <c>[Int!]</c>.</summary>
    /// <exception cref="GraphQLSyntaxException">The text is not one type reference.</exception>
    public static TypeNode ParseType(string type)
    {
        var parser = new Utf8Parser(Encoding.UTF8.GetBytes(type), ParserOptions.Default);
        var node = parser.ParseTypeReference();
        parser.Expect(TokenKind.EndOfFile);
        return node;
    }

    private DefinitionNode ParseDefinition()
    {
        if (_lexer.Kind == TokenKind.BraceLeft)
        {
            return ParseShorthandQuery();
        }

        var start = _lexer.Start;
        var hasDescription = _lexer.Kind is TokenKind.String or TokenKind.BlockString;
        var description = ParseDescription();
        if (hasDescription && _lexer.Kind == TokenKind.BraceLeft)
        {
            _lexer.Throw(start, "Unexpected description, descriptions are not supported on shorthand queries.");
        }

        if (_lexer.Kind != TokenKind.Name)
        {
            Unexpected();
        }

        var keyword = _lexer.Value;
        if (keyword.SequenceEqual("query"u8) || keyword.SequenceEqual("mutation"u8) || keyword.SequenceEqual("subscription"u8))
        {
            return ParseOperation(start, description);
        }

        if (keyword.SequenceEqual("fragment"u8))
        {
            return ParseFragmentDefinition(start, description);
        }

        if (keyword.SequenceEqual("extend"u8))
        {
            if (hasDescription)
            {
                UnexpectedDescription(start);
            }

            _lexer.Advance();
            return ParseTypeSystemDefinition(start, description: null, isExtension: true);
        }

        return ParseTypeSystemDefinition(start, description, isExtension: false);
    }

    [DoesNotReturn]
    private readonly void UnexpectedDescription(int start) =>
        _lexer.Throw(start, "Unexpected description, only GraphQL definitions support descriptions.");

    private string? ParseDescription()
    {
        if (_lexer.Kind is not (TokenKind.String or TokenKind.BlockString))
        {
            return null;
        }

        return ParseStringValue().Value;
    }

    private string ParseName()
    {
        if (_lexer.Kind != TokenKind.Name)
        {
            Expected("Name");
        }

        var name = _names.Intern(_lexer.Value);
        _lexer.Advance();
        return name;
    }

    private readonly bool PeekKeyword(ReadOnlySpan<byte> keyword) => _lexer.Kind == TokenKind.Name && _lexer.Value.SequenceEqual(keyword);

    private bool SkipKeyword(ReadOnlySpan<byte> keyword)
    {
        if (!PeekKeyword(keyword))
        {
            return false;
        }

        _lexer.Advance();
        return true;
    }

    private void ExpectKeyword(ReadOnlySpan<byte> keyword)
    {
        if (!SkipKeyword(keyword))
        {
            Expected($"\"{Encoding.ASCII.GetString(keyword)}\"");
        }
    }

    private bool Skip(TokenKind kind)
    {
        if (_lexer.Kind != kind)
        {
            return false;
        }

        _lexer.Advance();
        return true;
    }

    private void Expect(TokenKind kind)
    {
        if (!Skip(kind))
        {
            Expected(Utf8Lexer.Describe(kind));
        }
    }

    [DoesNotReturn]
    private readonly void Expected(string what) => _lexer.Throw(_lexer.Start, $"Expected {what}, found {_lexer.Describe()}.");

    [DoesNotReturn]
    private readonly void Unexpected() => _lexer.Throw(_lexer.Start, $"Unexpected {_lexer.Describe()}.");

    /// <summary>One or more items between two tokens.</summary>
    private ImmutableArray<T> Many<T>(TokenKind open, ParseItem<T> parse, TokenKind close)
    {
        Expect(open);
        var items = default(ItemList<T>);
        do
        {
            items.Add(parse(ref this));
        }
        while (!Skip(close));
        return items.ToImmutable();
    }

    /// <summary>Nothing at all, or one or more items between two tokens.</summary>
    private ImmutableArray<T> OptionalMany<T>(TokenKind open, ParseItem<T> parse, TokenKind close) =>
        _lexer.Kind == open ? Many(open, parse, close) : [];

    /// <summary>One or more items, parted (and optionally led) by a token.</summary>
    private ImmutableArray<T> DelimitedMany<T>(TokenKind delimiter, ParseItem<T> parse)
    {
        Skip(delimiter);
        var items = default(ItemList<T>);
        do
        {
            items.Add(parse(ref this));
        }
        while (Skip(delimiter));
        return items.ToImmutable();
    }

    private void Descend()
    {
        // The stack is asked too: a caller's thread may be small, or already deep.
        if (++_depth > _options.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new GraphQLSyntaxException(
                $"Syntax Error: Document is nested deeper than {Math.Min(_depth - 1, _options.MaxDepth).ToString(CultureInfo.InvariantCulture)} levels. Parsing aborted.",
                _lexer.LocationOf(_lexer.Start),
                ErrorCodes.TooDeep);
        }
    }

    private void Ascend() => _depth--;
}
