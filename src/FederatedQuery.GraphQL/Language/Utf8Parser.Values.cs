using System.Text;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Language;

/// <content>Values and type references (spec sections 2.9 and 2.11).</content>
public ref partial struct Utf8Parser
{
    private ValueNode ParseValueLiteral(bool isConst)
    {
        var start = _lexer.Start;
        switch (_lexer.Kind)
        {
            case TokenKind.BracketLeft:
                return ParseList(start, isConst);
            case TokenKind.BraceLeft:
                return ParseObject(start, isConst);
            case TokenKind.Int:
                var digits = Encoding.ASCII.GetString(_lexer.Value);
                _lexer.Advance();
                return new IntValueNode(start, digits);
            case TokenKind.Float:
                var number = Encoding.ASCII.GetString(_lexer.Value);
                _lexer.Advance();
                return new FloatValueNode(start, number);
            case TokenKind.String or TokenKind.BlockString:
                return ParseStringValue();
            case TokenKind.Name:
                return ParseName() switch
                {
                    "true" => new BooleanValueNode(start, true),
                    "false" => new BooleanValueNode(start, false),
                    "null" => new NullValueNode(start),
                    var name => new EnumValueNode(start, name),
                };
            case TokenKind.Dollar when isConst:
                _lexer.Advance();
                if (_lexer.Kind == TokenKind.Name)
                {
                    _lexer.Throw(start, $"Unexpected variable \"${Encoding.ASCII.GetString(_lexer.Value)}\" in constant value.");
                }

                _lexer.Throw(start, "Unexpected \"$\".");
                break;
            case TokenKind.Dollar:
                return ParseVariable();
            default:
                Unexpected();
                break;
        }

        return new NullValueNode(start);
    }

    private StringValueNode ParseStringValue()
    {
        var start = _lexer.Start;
        var isBlock = _lexer.Kind == TokenKind.BlockString;
        var value = isBlock ? StringValue.DecodeBlock(in _lexer) : StringValue.Decode(in _lexer);
        _lexer.Advance();
        return new StringValueNode(start, value, isBlock);
    }

    private ListValueNode ParseList(int start, bool isConst)
    {
        Expect(TokenKind.BracketLeft);
        Descend();
        var values = default(ItemList<ValueNode>);
        while (!Skip(TokenKind.BracketRight))
        {
            values.Add(ParseValueLiteral(isConst));
        }

        Ascend();
        return new ListValueNode(start, values.ToImmutable());
    }

    private ObjectValueNode ParseObject(int start, bool isConst)
    {
        Expect(TokenKind.BraceLeft);
        Descend();
        var fields = default(ItemList<ObjectFieldNode>);
        while (!Skip(TokenKind.BraceRight))
        {
            var fieldStart = _lexer.Start;
            var name = ParseName();
            Expect(TokenKind.Colon);
            fields.Add(new ObjectFieldNode(fieldStart, name, ParseValueLiteral(isConst)));
        }

        Ascend();
        return new ObjectValueNode(start, fields.ToImmutable());
    }

    private TypeNode ParseTypeReference()
    {
        var start = _lexer.Start;
        TypeNode type;
        if (Skip(TokenKind.BracketLeft))
        {
            Descend();
            type = new ListTypeNode(start, ParseTypeReference());
            Expect(TokenKind.BracketRight);
            Ascend();
        }
        else
        {
            type = ParseNamedType();
        }

        return Skip(TokenKind.Bang) ? new NonNullTypeNode(start, type) : type;
    }

    private NamedTypeNode ParseNamedType()
    {
        var start = _lexer.Start;
        return new NamedTypeNode(start, ParseName());
    }
}
